; Functions by the place that gives them their name. The whole place is @function, the callable @function.value.

(function_declaration name: (_) @function.name parameters: (_) @function.parameters) @function
(generator_function_declaration name: (_) @function.name parameters: (_) @function.parameters) @function
(method_definition name: (_) @function.name parameters: (_) @function.parameters) @function

(variable_declarator
  name: (identifier) @function.name
  value: [(arrow_function) (function_expression) (generator_function)] @function.value) @function
(pair
  key: (_) @function.name
  value: [(arrow_function) (function_expression) (generator_function)] @function.value) @function
(assignment_expression
  left: [(identifier) (member_expression)] @function.name
  right: [(arrow_function) (function_expression) (generator_function)] @function.value) @function

; const create = asyncHandler(async (req, res) => …), one or two wrappers deep
(variable_declarator
  name: (identifier) @function.name
  value: (call_expression
    function: (_) @function.wrapper
    arguments: (arguments [(arrow_function) (function_expression)] @function.value))) @function
(variable_declarator
  name: (identifier) @function.name
  value: (call_expression
    function: (_) @function.wrapper
    arguments: (arguments
      (call_expression
        arguments: (arguments [(arrow_function) (function_expression)] @function.value))))) @function
(assignment_expression
  left: (member_expression) @function.name
  right: (call_expression
    function: (_) @function.wrapper
    arguments: (arguments [(arrow_function) (function_expression)] @function.value))) @function
(pair
  key: (_) @function.name
  value: (call_expression
    function: (_) @function.wrapper
    arguments: (arguments [(arrow_function) (function_expression)] @function.value))) @function

; every other callable: callbacks
[(arrow_function) (function_expression) (generator_function)] @callback

(export_statement
  value: [(arrow_function) (function_expression) (generator_function)] @function.value) @function
