; Methods, classes, modules and constants.

(method name: (_) @function.name) @function
(singleton_method name: (_) @function.name) @function

(class name: (constant) @type.name) @type
(class name: (scope_resolution scope: (_) @type.owner name: (constant) @type.name)) @type
(module name: (constant) @type.name) @type
(module name: (scope_resolution scope: (_) @type.owner name: (constant) @type.name)) @type

(assignment left: (constant) @constant.name right: [(string) (call) (binary) (simple_symbol)] @constant.value) @constant
