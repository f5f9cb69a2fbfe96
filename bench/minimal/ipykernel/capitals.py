"""Shows each cell in capitals."""

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel


class Capitals(Kernel):
    implementation = "capitals"
    implementation_version = "1.0"
    banner = "Capitals"
    language_info = {"name": "capitals", "version": "1.0", "mimetype": "text/plain", "file_extension": ".txt"}

    def do_execute(self, code, silent, store_history=True, user_expressions=None, allow_stdin=False, **_):
        if not code:
            error = {"ename": "EmptyCell", "evalue": "the cell has no code", "traceback": ["EmptyCell: the cell has no code"]}
            self.send_response(self.iopub_socket, "error", error)
            return {"status": "error", "execution_count": self.execution_count, **error}
        if not silent:
            value = {"data": {"text/plain": code.upper()}, "metadata": {}, "execution_count": self.execution_count}
            self.send_response(self.iopub_socket, "execute_result", value)
        return {"status": "ok", "execution_count": self.execution_count, "payload": [], "user_expressions": {}}


if __name__ == "__main__":
    IPKernelApp.launch_instance(kernel_class=Capitals)
