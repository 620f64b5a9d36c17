; What the JavaScript grammar spells otherwise than TypeScript's.

(class_declaration (class_heritage (_) @base.name)) @base
(class (class_heritage (_) @base.name)) @base

(field_definition
  property: (_) @function.name
  value: [(arrow_function) (function_expression)] @function.value) @function
(field_definition
  property: (_) @function.name
  value: (call_expression
    function: (_) @function.wrapper
    arguments: (arguments [(arrow_function) (function_expression)] @function.value))) @function

(field_definition
  property: (_) @constant.name
  value: [(string) (template_string) (binary_expression)] @constant.value) @constant

(field_definition
  property: (_) @made.name
  value: [(call_expression) (new_expression) (await_expression)] @made.value) @made
