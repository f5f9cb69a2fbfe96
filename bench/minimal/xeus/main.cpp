// Starts the kernel: jupyter calls it with -f and the connection file.
#include <memory>
#include <string>

#include <xeus-zmq/xserver_zmq.hpp>
#include <xeus-zmq/xzmq_context.hpp>
#include <xeus/xkernel.hpp>
#include <xeus/xkernel_configuration.hpp>

#include "interpreter.hpp"

int main(int argc, char* argv[]) {
  if (argc != 3) return 2;
  const xeus::xconfiguration configuration = xeus::load_configuration(argv[2]);
  xeus::xkernel kernel(configuration, xeus::get_user_name(), xeus::make_zmq_context(), std::make_unique<Capitals>(),
                       xeus::make_xserver_default);
  kernel.start();
}
