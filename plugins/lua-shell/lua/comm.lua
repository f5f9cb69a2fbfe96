-- Comms: lasting connections to something in the client, such as a widget. This is hermit.comm; messages
-- come in through find(), which the shell calls on the comm thread while it holds the state.
local native = ...

local targets = {}  -- the handlers of comms that the client opens, by target
local open = {}     -- open comms, by id
local heard = setmetatable({}, {__mode = "k"})   -- comm to its handler of messages
local closing = setmetatable({}, {__mode = "k"}) -- comm to its handler of the end

local pcall, error, type, setmetatable = pcall, error, type, setmetatable

local Comm = {__name = "hermit.comm"}
Comm.__index = Comm

local function check(what, value, kind)
  if type(value) ~= kind then
    error(("%s is to be a %s, not a %s"):format(what, kind, type(value)), 3)
  end
end

-- Raises what went wrong as an error of the user's line, which is two calls up.
local function transfer(action, comm, data, options)
  local done, trouble = pcall(native.send, action, comm.id, comm.target, data, options)
  if not done and type(trouble) == "string" then trouble = trouble:gsub("^%[[^\n]-%]:%d+: ", "") end
  if trouble then error(trouble, 3) end
end

function Comm:send(data, options)
  transfer("send", self, data, options)
end

-- Closing a comm that is closed already does nothing.
function Comm:close(data, options)
  if open[self.id] ~= self then return end
  transfer("close", self, data, options)
  open[self.id] = nil
end

function Comm:is_open()
  return open[self.id] == self
end

function Comm:on_message(handler)
  check("the handler", handler, "function")
  heard[self] = handler
end

function Comm:on_close(handler)
  check("the handler", handler, "function")
  closing[self] = handler
end

local function new_comm(id, target)
  local comm = setmetatable({id = id, target = target}, Comm)
  open[id] = comm
  return comm
end

local comms = {}

-- Has handler(comm, message) called when the client opens a comm to the target.
function comms.target(name, handler)
  check("the target", name, "string")
  check("the handler", handler, "function")
  if name == "" then error("the name of a target is not empty", 2) end
  targets[name] = handler
  local trouble = native.listen(name, true)
  if trouble then
    targets[name] = nil
    error(trouble, 2)
  end
end

-- Ends that; comms that are open stay open.
function comms.untarget(name)
  check("the target", name, "string")
  targets[name] = nil
  local trouble = native.listen(name, false)
  if trouble then error(trouble, 2) end
end

-- Opens a comm to a target of the client's. It is known here before the client can answer, and its handlers
-- are, if the options have them.
function comms.open(target, data, options)
  check("the target", target, "string")
  local comm = new_comm(native.new_id(), target)
  local failed <close> = setmetatable({}, {__close = function(self)
    if not self.opened then open[comm.id] = nil end
  end})
  if options ~= nil then
    check("the options", options, "table")
    if options.on_message then comm:on_message(options.on_message) end
    if options.on_close then comm:on_close(options.on_close) end
  end
  transfer("open", comm, data, options)
  failed.opened = true
  return comm
end

local function opened(id, target, message)
  local handler = targets[target]
  return handler and function()
    local comm = new_comm(id, target)
    -- A comm whose handler fails is closed by the host.
    local failed <close> = setmetatable({}, {__close = function(self)
      if not self.taken then open[id] = nil end
    end})
    handler(comm, message)
    failed.taken = true
  end
end

native.serve(function(event, id, target, message)
  if event == "opened" then return opened(id, target, message) end
  local comm = open[id]
  if not comm then return nil end
  local handler = heard[comm]
  if event == "closed" then
    open[id] = nil
    handler = closing[comm]
  end
  return handler and function() handler(message, comm) end
end)

return comms
