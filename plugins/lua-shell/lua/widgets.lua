-- Widgets: a few controls of Jupyter's, driven over plain comms. This is hermit.widgets.
--
-- A widget is a model in the client and a state here; each side tells the other what has changed (Jupyter
-- widgets messaging protocol 2.1). Layout and style are models of their own.
local hermit = require "hermit"
local comm = require "hermit.comm"

local null = hermit.null
local view_type = "application/vnd.jupyter.widget-view+json"
local version = {version = "2.1.0"}
local base, controls = "@jupyter-widgets/base", "@jupyter-widgets/controls"
local module_version = "2.0.0"

local function array(list)
  return setmetatable(list or {}, {__jsontype = "array"})
end

local models = {} -- the models that are open, by id

-- What the shell knows of a widget. The table that the user holds is empty, so that each field that is read
-- or written comes by here.
local parts = setmetatable({}, {__mode = "k"})

local Widget = {__name = "hermit.widget"}
local methods = {}

-- Opens the comm of a model, which is a table with its state. Messages may come before that returns.
local function open_model(model, module, name, view_module, view, receive)
  local state = model.state
  state._model_module, state._model_module_version, state._model_name = module, module_version, name .. "Model"
  state._view_module, state._view_module_version, state._view_name = view_module, module_version, view
  local opened = comm.open("jupyter.widget", {state = state, buffer_paths = array()}, {
    metadata = version,
    on_message = function(message, opened)
      model.comm = opened
      receive(model, message)
    end,
    on_close = function(_, closed) models[closed.id] = nil end,
  })
  model.comm = opened
  models[opened.id] = model
end

local function reference(model) return "IPY_MODEL_" .. model.comm.id end

local function send_state(model, state, method)
  model.comm:send({method = method or "update", state = state, buffer_paths = array()})
end

-- The messages that layouts and styles understand, and widgets as well.
local function answer(model, message)
  if message.data.method == "request_state" then send_state(model, model.state) end
end

local function tell_observers(self, name, old, new)
  for _, observer in ipairs(parts[self].observers) do
    if observer.name == name then
      observer.handler({name = name, old = old, new = new, owner = self})
    end
  end
end

-- Takes over what the user has done. It is sent back, so that several views agree, before anybody hears.
local function take_update(self, state)
  local model = parts[self].model
  local changes = {}
  for name, value in pairs(state) do
    local old = model.state[name]
    model.state[name] = value
    if old ~= value then changes[#changes + 1] = {name, old, value} end
  end
  send_state(model, state, "echo_update")
  for _, change in ipairs(changes) do tell_observers(self, table.unpack(change, 1, 3)) end
end

local function receive(self, message)
  local data = message.data
  if data.method == "update" then
    take_update(self, data.state)
  elseif data.method == "custom" then
    for _, handler in ipairs(parts[self].customs) do handler(data.content, message.buffers, self) end
  else
    answer(parts[self].model, message)
  end
end

-- Has handler(change) called when the field, which is the value unless it is named, changes. A change has
-- name, old, new and owner.
function methods:observe(handler, name)
  if type(handler) ~= "function" then error("the handler is to be a function", 2) end
  table.insert(parts[self].observers, {name = name or "value", handler = handler})
  return self
end

function methods:unobserve(handler)
  local observers = parts[self].observers
  for place = #observers, 1, -1 do
    if observers[place].handler == handler then table.remove(observers, place) end
  end
end

-- Has handler(content, buffers, widget) called for messages of the view's own.
function methods:on_custom(handler)
  if type(handler) ~= "function" then error("the handler is to be a function", 2) end
  table.insert(parts[self].customs, handler)
  return self
end

-- Has handler(button) called for each click.
function methods:on_click(handler)
  if type(handler) ~= "function" then error("the handler is to be a function", 2) end
  return self:on_custom(function(content)
    if type(content) == "table" and content.event == "click" then handler(self) end
  end)
end

-- Removes the widget from wherever it is shown.
function methods:close()
  for _, model in ipairs(parts[self].all) do
    models[model.comm.id] = nil
    model.comm:close()
  end
end

function Widget:__index(name)
  if methods[name] then return methods[name] end
  if name == "model_id" then return parts[self].model.comm.id end
  if name == "children" then return parts[self].children end
  local value = parts[self].model.state[name]
  if value ~= null then return value end
end

local function children_state(children, level)
  local references = array()
  for place, child in ipairs(children) do
    if not parts[child] then error("a child is to be a widget", level + 1) end
    references[place] = reference(parts[child].model)
  end
  return references
end

function Widget:__newindex(name, value)
  local part = parts[self]
  if part.model.state[name] == nil or name:sub(1, 1) == "_" then
    error(("a %s has no field \"%s\""):format(part.kind, tostring(name)), 2)
  end
  local old, new = self[name], value
  if name == "children" then
    new = children_state(value, 2)
    part.children = value
  elseif value == nil then
    new = null
  end
  if old == value then return end
  part.model.state[name] = new
  send_state(part.model, {[name] = new})
  tell_observers(self, name, old, value)
end

function Widget:__tostring()
  local part = parts[self]
  local shown = part.model.state.value
  if shown == nil then shown = part.model.state.description end
  if part.children then return ("%s(%d children)"):format(part.kind, #part.children) end
  return ("%s(%s)"):format(part.kind, type(shown) == "string" and ("%q"):format(shown) or tostring(shown))
end

function Widget:__mime()
  return {
    [view_type] = {version_major = 2, version_minor = 0, model_id = self.model_id},
    ["text/plain"] = tostring(self),
  }
end

-- Every control has these fields; null is what the client chooses.
local function common()
  return {
    _dom_classes = array(), _view_count = null, tabbable = null, tooltip = null, disabled = false,
    description = "", description_allow_html = false,
  }
end

local function slider(extra)
  local fields = {
    value = 0, min = 0, max = 100, step = 1, orientation = "horizontal", readout = true,
    readout_format = "d", continuous_update = true, behavior = "drag-tap",
  }
  for name, value in pairs(extra or {}) do fields[name] = value end
  return fields
end

local function box()
  return {children = array(), box_style = ""}
end

-- The fields of each kind beside the common ones, and its model of style.
local kinds = {
  IntSlider = {style = "SliderStyle", fields = slider},
  FloatSlider = {
    style = "SliderStyle",
    fields = function() return slider {value = 0.0, min = 0.0, max = 10.0, step = 0.1, readout_format = ".2f"} end,
  },
  Button = {style = "ButtonStyle", fields = function() return {icon = "", button_style = ""} end},
  Label = {style = "LabelStyle", fields = function() return {value = "", placeholder = "\u{200b}"} end},
  HTML = {style = "HTMLStyle", fields = function() return {value = "", placeholder = "\u{200b}"} end},
  VBox = {fields = box},
  HBox = {fields = box},
}

local function add_model(part, module, name, fields)
  local state = {_view_count = null}
  for field, value in pairs(fields or {}) do state[field] = value end
  local model = {state = state}
  open_model(model, module, name, base, name == "Layout" and "LayoutView" or "StyleView", answer)
  table.insert(part.all, model)
  return reference(model)
end

local function read_options(kind, options, state)
  for name, value in pairs(options) do
    if state[name] == nil or tostring(name):sub(1, 1) == "_" then
      error(("a %s has no field \"%s\""):format(kind, tostring(name)), 3)
    end
    state[name] = value
  end
end

local function make(kind, options)
  local known = kinds[kind]
  local state = common()
  for name, value in pairs(known.fields()) do state[name] = value end
  local given = {}
  for name, value in pairs(options or {}) do given[name] = value end
  local layout, style, children = given.layout, given.style, given.children
  -- A box may be given its children themselves: VBox {slider, label}.
  if state.children and not children and given[1] then
    children = {}
    for place, child in ipairs(given) do
      children[place], given[place] = child, nil
    end
  end
  given.layout, given.style, given.children = nil, nil, nil
  read_options(kind, given, state)
  local part = {kind = kind, observers = {}, customs = {}, all = {}}
  if state.children then
    part.children = children or {}
    state.children = children_state(part.children, 3)
  end
  state.layout = add_model(part, base, "Layout", layout)
  if known.style then state.style = add_model(part, controls, known.style, style) end
  local self = {}
  part.model = {state = state}
  parts[self] = part
  open_model(part.model, controls, kind, controls, kind .. "View", function(_, message) receive(self, message) end)
  table.insert(part.all, 1, part.model)
  return setmetatable(self, Widget)
end

-- A client that has just come asks for all models at once, to show what was shown before.
comm.target("jupyter.widget.control", function(control)
  control:on_message(function(message)
    if message.data.method ~= "request_states" then return end
    local states = {}
    for id, model in pairs(models) do
      states[id] = {
        model_name = model.state._model_name, model_module = model.state._model_module,
        model_module_version = model.state._model_module_version, state = model.state,
      }
    end
    control:send({method = "update_states", states = states, buffer_paths = array()})
  end)
end)

local widgets = {}
for kind in pairs(kinds) do
  widgets[kind] = function(options) return make(kind, options) end
end
return widgets
