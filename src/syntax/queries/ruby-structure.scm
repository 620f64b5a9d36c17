; Methods, classes, modules and constants.

(method name: (_) @function.name) @function
(singleton_method name: (_) @function.name) @function

(class name: (constant) @type.name) @type
(class name: (scope_resolution scope: (_) @type.owner name: (constant) @type.name)) @type
(module name: (constant) @type.name) @type
(module name: (scope_resolution scope: (_) @type.owner name: (constant) @type.name)) @type

(assignment left: (constant) @constant.name right: [(string) (call) (binary) (simple_symbol)] @constant.value) @constant

; Blocks that answer: of routes (Sinatra, Grape), of Rake's tasks, and of those who wait for messages.
(call
  !receiver
  method: (identifier) @_verb
  block: (_) @callback
  (#any-of? @_verb "get" "post" "put" "patch" "delete" "options" "head" "link" "unlink" "route" "task")) @_root
(call
  receiver: (_)
  method: (identifier) @_waits
  block: (_) @callback
  (#any-of? @_waits "subscribe" "each_message" "each_batch" "subscribe_with" "listen")) @_root
