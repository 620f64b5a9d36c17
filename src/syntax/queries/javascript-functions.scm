; Functions that bring their name, and those that take it from where they stand. The whole place is @function, the callable
; @function.value.

(function_declaration name: (_) @function.name parameters: (_) @function.parameters) @function
(generator_function_declaration name: (_) @function.name parameters: (_) @function.parameters) @function
(method_definition name: (_) @function.name parameters: (_) @function.parameters) @function

; every other callable: callbacks
[(arrow_function) (function_expression) (generator_function)] @callback

(export_statement
  value: [(arrow_function) (function_expression) (generator_function)] @function.value) @function
