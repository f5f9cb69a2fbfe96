-- Plots: makes specifications in Vega-Lite, which JupyterLab draws by itself. This is hermit.plot.
--
-- Each kind of plot takes its data in one of three forms: {4, 8, 15} are heights over 1 to n; {x = {…},
-- y = {…}} are columns; {{day = 1, crabs = 4}, …} are rows, and the options say which fields are meant.
local vega_lite = "application/vnd.vegalite.v5+json"
local schema = "https://vega.github.io/schema/vega-lite/v5.json"
local null = require("hermit").null

local Plot = {__name = "hermit.plot"}
Plot.__index = Plot

local function array(list)
  return setmetatable(list, {__jsontype = "array"})
end

local function is_number(value)
  return type(value) == "number" and value == value and value ~= math.huge and value ~= -math.huge
end

-- What has no form in JSON is a gap in the plot.
local function cell(value)
  if type(value) == "number" and not is_number(value) then return nil end
  return value
end

-- Turns columns of the same length into rows.
local function rows_of_columns(columns, level)
  local longest, names = 0, {}
  for name, column in pairs(columns) do
    if type(column) == "table" then
      names[#names + 1] = name
      longest = math.max(longest, #column)
    end
  end
  if #names == 0 then error("there is no data: a column is a table such as x = {1, 2, 3}", level + 1) end
  local rows = array {}
  for place = 1, longest do
    local row = {}
    for _, name in ipairs(names) do row[name] = cell(columns[name][place]) end
    rows[place] = row
  end
  return rows
end

local function rows_of_rows(list)
  local rows = array {}
  for place, given in ipairs(list) do
    local row = {}
    for name, value in pairs(given) do row[tostring(name)] = cell(value) end
    rows[place] = row
  end
  return rows
end

-- The data as rows, and how they were given.
local function read_data(data, level)
  if type(data) ~= "table" then
    error(("the data is to be a table, not a %s"):format(type(data)), level + 1)
  end
  if type(data[1]) == "table" then return rows_of_rows(data), "rows" end
  if #data > 0 then
    local rows = array {}
    for place, value in ipairs(data) do rows[place] = {x = place, y = cell(value)} end
    return rows, "heights"
  end
  return rows_of_columns(data, level + 1), "columns"
end

local function field_exists(rows, field)
  for _, row in ipairs(rows) do
    if row[field] ~= nil then return true end
  end
  return #rows == 0
end

-- "quantitative" when all values of the field are numbers.
local function type_of(rows, field)
  for _, row in ipairs(rows) do
    local value = row[field]
    if value ~= nil and type(value) ~= "number" then return "nominal" end
  end
  return "quantitative"
end

-- One channel of the encoding. `wanted` is the name of a field, or a table of Vega-Lite's with it.
local function channel(rows, wanted, title, level)
  local encoding = {}
  if type(wanted) == "table" then
    for name, value in pairs(wanted) do encoding[name] = value end
  else
    encoding.field = wanted
  end
  local field = encoding.field
  if field and not field_exists(rows, field) then
    error(("no row has a field \"%s\""):format(tostring(field)), level + 1)
  end
  if field and not encoding.type then encoding.type = type_of(rows, field) end
  -- Names stand in the order in which they were given.
  if encoding.type == "nominal" and encoding.sort == nil then encoding.sort = null end
  if title then encoding.title = title end
  return encoding
end

-- The parts of a specification that stand at its top, from the options.
local function add_frame(spec, options)
  spec.title = options.title
  spec.width = options.width
  spec.height = options.height
  return spec
end

local function make(kind, data, options, level)
  options = options or {}
  if type(options) ~= "table" then error("the options are to be a table", level + 1) end
  local rows, form = read_data(data, level + 1)
  -- With columns, the options may stand among them.
  if form == "columns" then
    local both = {}
    for name, value in pairs(data) do
      if type(value) ~= "table" then both[name] = value end
    end
    for name, value in pairs(options) do both[name] = value end
    options = both
  end
  local mark = {type = kind.mark, tooltip = true}
  for name, value in pairs(options.mark or {}) do mark[name] = value end
  local encoding = {}
  kind.encode(encoding, rows, options, level + 1)
  for _, name in ipairs {"color", "size", "shape"} do
    local wanted = options[name]
    if wanted == nil and form == "columns" and type(data[name]) == "table" then wanted = name end
    if wanted ~= nil then encoding[name] = channel(rows, wanted, nil, level + 1) end
  end
  local spec = add_frame({data = {values = rows}, mark = mark, encoding = encoding}, options)
  return setmetatable({spec = spec, kind = kind.name, count = #rows}, Plot)
end

local function encode_points(encoding, rows, options, level)
  encoding.x = channel(rows, options.x or "x", options.xlabel, level + 1)
  encoding.y = channel(rows, options.y or "y", options.ylabel, level + 1)
end

local function encode_bars(encoding, rows, options, level)
  encode_points(encoding, rows, options, level + 1)
  -- Each bar has a place of its own, also over numbers.
  if encoding.x.type == "quantitative" and not encoding.x.bin then encoding.x.type = "ordinal" end
end

local function encode_histogram(encoding, rows, options, level)
  local field = options.x or (field_exists(rows, "x") and not field_exists(rows, "y") and "x") or "y"
  encoding.x = channel(rows, field, options.xlabel or (field == "y" and "value") or nil, level + 1)
  encoding.x.bin = options.bins and {maxbins = options.bins} or true
  encoding.y = {aggregate = "count", type = "quantitative", title = options.ylabel or "count"}
end

local kinds = {
  bar = {mark = "bar", encode = encode_bars},
  line = {mark = "line", encode = encode_points},
  area = {mark = "area", encode = encode_points},
  point = {mark = "point", encode = encode_points},
  histogram = {mark = "bar", encode = encode_histogram},
}
kinds.scatter = kinds.point

local plot = {}

for name, kind in pairs(kinds) do
  local named = {name = name, mark = kind.mark, encode = kind.encode}
  plot[name] = function(data, options) return make(named, data, options, 2) end
end

-- A specification of Vega-Lite as a table, shown as it is.
function plot.spec(spec)
  if type(spec) ~= "table" then error("a specification is a table", 2) end
  return setmetatable({spec = spec, kind = "spec", count = 0}, Plot)
end

local function flatten(layers, one)
  if getmetatable(one) ~= Plot then error("a layer is to be a plot", 3) end
  for _, layer in ipairs(one.spec.layer or {one.spec}) do layers[#layers + 1] = layer end
  return one.count
end

-- Draws plots over each other, in one frame.
function plot.layer(list, options)
  if type(list) ~= "table" or #list == 0 then error("layers are a table of plots", 2) end
  local layers, count, frame = array {}, 0, {}
  for _, one in ipairs(list) do
    count = count + flatten(layers, one)
    for _, name in ipairs {"title", "width", "height"} do frame[name] = frame[name] or one.spec[name] end
  end
  for place, layer in ipairs(layers) do
    local plain = {}
    for name, value in pairs(layer) do plain[name] = value end
    plain.title, plain.width, plain.height = nil, nil, nil
    layers[place] = plain
  end
  for name, value in pairs(options or {}) do frame[name] = value end
  return setmetatable({spec = add_frame({layer = layers}, frame), kind = "layer", count = count}, Plot)
end

-- first + second draws both.
function Plot.__add(first, second)
  local layers = {}
  flatten(layers, first)
  flatten(layers, second)
  return plot.layer({first, second})
end

function Plot:__tostring()
  local title = self.spec.title and (" \"%s\""):format(self.spec.title) or ""
  local layers = self.spec.layer and (" of %d layers"):format(#self.spec.layer) or ""
  return ("<%s plot%s%s, %d rows>"):format(self.kind, title, layers, self.count)
end

function Plot:__mime()
  local full = {["$schema"] = schema}
  for name, value in pairs(self.spec) do full[name] = value end
  return {[vega_lite] = full, ["text/plain"] = tostring(self)}
end

return plot
