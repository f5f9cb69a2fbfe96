"""The same little cells in the languages of the shells, for tests that are about the kernel and not about a language."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Language:
    """Cells of one language. A `%s` or `%d` in one of them is for the test to fill."""

    name: str  # as --shell_class has it
    reported: str  # as kernel_info has it
    print: str  # a line of text
    print_error: str
    write: str  # text without a newline; with the escapes that C and Lua share
    flush: str  # after a text without a newline that is to be seen at once
    lines: str  # prints "line 1", "line 2" and so on, as many as are asked for
    long_line: str  # as many times "x" as are asked for
    forever: str  # an endless loop, to stand behind something that prints
    declare: str  # an integer by name and value
    increase: str  # an integer by name, by 1
    value: str  # the value of a name
    text_value: str  # the text, as what a cell ends with and has as its value
    quoted: str  # how that value is shown
    fail: str
    display: str  # a markdown text
    hello: str  # asks with a prompt and prints what was typed
    length: str  # asks without a prompt and prints how many bytes were typed
    password: str  # asks for a password and prints how many bytes it has
    sleep: str  # nearly for ever
    undeclared: str  # a name that nothing has declared yet is used
    comment: str  # what begins one
    shell: str  # runs a command of the system's
    bypass: str  # writes "written" past the language's own streams
    waits: str  # nearly for ever, in a function that knows nothing of the shell
    deaf: str  # neither asking nor a signal ends it
    comms: dict  # cells that take, open and close comms
    stuck: dict = field(default_factory=dict)  # ways to go on for ever, each of which first prints "ready"


LUA = Language(
    name="lua",
    reported="lua",
    print="print('%s')",
    print_error="io.stderr:write('%s\\n')",
    write="io.write('%s')",
    flush="",
    lines="for number = 1, %d do print('line ' .. number) end",
    long_line="io.write(('x'):rep(%d))",
    forever="while true do end",
    declare="%s = %d",
    increase="%s = %s + 1",
    value="%s",
    text_value="return '%s'",
    quoted='"%s"',
    fail="error('no')",
    display="hermit.display(hermit.markdown('%s'))",
    hello="print('Hello ' .. hermit.input('%s'))",
    length="print(#hermit.input())",
    password="print(#hermit.password('%s'))",
    sleep="hermit.sleep(1e6)",
    undeclared="return no_such_name.field",
    comment="--",
    shell="os.execute([[%s]])",
    bypass="local file = io.open('/dev/stdout', 'w') file:write('written') file:close()",
    waits="require('socket').sleep(1000)",
    # Takes for ever inside one C function, which runs no hooks of Lua's.
    deaf="local a = ('a'):rep(40) string.find(a, ('a?'):rep(40) .. a)",
    comms={
        "echo": """
            hermit.comm.target("echo", function(comm, message)
              comm:on_message(function(message)
                comm:send(message.data, {metadata = {seen = true}, buffers = message.buffers})
              end)
              comm:on_close(function() print("closed") end)
              comm:send(message.data)
            end)""",
        "fails": "hermit.comm.target('fails', function()\n  error('not today')\nend)",
        "spins": "hermit.comm.target('spins', function() print('spinning') while true do end end)",
        "opens": "c = hermit.comm.open('mine', {x = 1}, {metadata = {v = 2}, buffers = {'\\0b'}}) return c.id",
        "closes": "c:close({bye = true})",
        "waits": "stop = false print('waiting') while not stop do end",
        "stops": "-- thread\nstop = true",
    },
    stuck={
        "loop": "print('ready') while true do end",
        "for loop": "print('ready') for i = 1, math.huge do local x = i * 2 end",
        "function calls": "local function f() return 1 end print('ready') while true do f() end",
        "recursion": "local function f() return f() end print('ready') f()",
        "coroutine": "local c = coroutine.wrap(function() print('ready') while true do end end) c()",
        "nested coroutines": """
            local function deep(n)
              if n == 0 then print('ready') while true do end end
              return coroutine.wrap(function() return deep(n - 1) end)()
            end
            deep(20)""",
        "many coroutines": """
            print('ready')
            while true do
              local c = coroutine.create(function() coroutine.yield(1) end)
              while coroutine.resume(c) do end
            end""",
        "pcall loop": "print('ready') while true do pcall(function() while true do end end) end",
        "pcall of errors": "print('ready') while true do pcall(error, 'again') end",
        "xpcall loop": """
            print('ready')
            while true do xpcall(function() while true do end end, function(e) return e end) end""",
        "coroutine that catches": """
            print('ready')
            while true do
              local c = coroutine.create(function() while true do pcall(function() while true do end end) end end)
              coroutine.resume(c)
            end""",
        "metamethod": """
            local t = setmetatable({}, {__index = function() print('ready') while true do end end})
            return t.field""",
        "gsub callback": "print('ready') string.gsub('a', 'a', function() while true do end end)",
        "sort callback": "print('ready') table.sort({3, 2, 1}, function() while true do end end)",
        "printing": "print('ready') while true do print('more') end",
        "sleep": "print('ready') hermit.sleep(1e6)",
        "input": "print('ready') io.read()",
        "close": """
            local x <close> = setmetatable({}, {__close = function() print('ready') while true do end end})""",
    },
)

READY = 'std::cout << "ready" << std::endl; '
CPP = Language(
    name="cpp",
    reported="c++",
    print='std::cout << "%s" << std::endl;',
    print_error='std::cerr << "%s" << std::endl;',
    write='std::cout << [] { using namespace std::literals; return "%s"sv; }();',
    flush=" std::cout.flush();",
    lines='for (int number = 1; number <= %d; ++number) std::cout << "line " << number << "\\n";',
    long_line="std::cout << std::string(%d, 'x');",
    forever="while (true) {}",
    declare="int %s = %d;",
    increase="%s = %s + 1;",
    value="%s",
    text_value='"%s"',
    quoted='"%s"',
    fail='throw std::runtime_error("no");',
    display='hermit::display(hermit::markdown("%s"));',
    hello='std::cout << "Hello " << hermit::input("%s") << std::endl;',
    length='std::cout << hermit::input("").size() << std::endl;',
    password='std::cout << hermit::password("%s").size() << std::endl;',
    sleep="hermit::sleep(1e6);",
    undeclared="no_such_name.field",
    comment="//",
    shell='std::system(R"sh(%s)sh");',
    bypass='std::fputs("written", stdout);',
    waits="std::this_thread::sleep_for(std::chrono::hours(1000));",
    deaf="#include <csignal>\n#include <unistd.h>\n"
    "{ sigset_t all; sigfillset(&all); pthread_sigmask(SIG_BLOCK, &all, nullptr); pause(); }",
    comms={
        "echo": """
            hermit::on_comm("echo", [](const hermit::comm_event& event) {
              if (event.kind == hermit::comm_event::opened) event.comm.send(event.data);
              if (event.kind == hermit::comm_event::received) event.comm.send(event.data, R"({"seen": true})", event.buffers);
              if (event.kind == hermit::comm_event::closed) std::cout << "closed\\n";
            });""",
        "fails": 'hermit::on_comm("fails", [](const hermit::comm_event&) { throw std::runtime_error("not today"); });',
        "spins": 'hermit::on_comm("spins", [](const hermit::comm_event&) { std::cout << "spinning" << std::endl; while (true) {} });',
        "opens": """hermit::comm c("mine", R"({"x": 1})", R"({"v": 2})", {std::string("\\0b", 2)}); c.id()""",
        "closes": """c.close(R"({"bye": true})");""",
        "waits": 'std::atomic<bool> stop = false;\nstd::cout << "waiting" << std::endl; while (!stop) {}',
        "stops": "// thread\nstop = true;",
    },
    stuck={
        "loop": READY + "while (true) {}",
        "for loop": READY + "for (volatile long i = 0;; i = i + 2) {}",
        "function calls": "int calls() { return 1; }\n" + READY + "while (true) calls();",
        "recursion": "int again(int n) { volatile int left = n; return left < 0 ? 0 : again(left % 2) + 1; }\n"
        + READY
        + "for (;;) { auto around = [](auto& self, int n) -> int { return n == 0 ? 0 : self(self, n - 1); }; around(around, 1000); }",
        "handlers": READY + "while (true) { try { while (true) {} } catch (const std::exception&) {} }",
        "errors": READY + 'while (true) { try { throw std::runtime_error("again"); } catch (const std::exception&) {} }',
        "sort callback": "std::vector<int> three{3, 2, 1};\n" + READY + "std::sort(three.begin(), three.end(), [](int, int) { while (true) {} return true; });",
        "destructor": "struct Closes { ~Closes() { " + READY + "while (true) {} } };\n{ Closes here; }",
        "noexcept": "void quiet() noexcept { while (true) {} }\n" + READY + "quiet();",
        "printing": READY + 'while (true) std::cout << "more\\n";',
        "system sleep": READY + "std::this_thread::sleep_for(std::chrono::hours(1000));",
        "lock": "std::mutex once;\n" + READY + "once.lock(); once.lock();",
        "child process": READY + 'std::system("sleep 1000"); while (true) {}',
        "sleep": READY + "hermit::sleep(1e6);",
        "input": READY + 'hermit::input("");',
    },
)  # fmt: skip

LANGUAGES = {"lua": LUA, "cpp": CPP}
# Where a shell of each language lives: in the kernel's process, and in one of its own. C++ has the latter by default.
HOMES = [(LUA, "none"), (LUA, "process"), (CPP, "process")]
