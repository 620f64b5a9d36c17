; Calls (constructions look alike) and annotations; which of them mean something is decided by name in kotlin/.

(call_expression . (identifier) @call.name (value_arguments) @call.arguments) @call
(call_expression
  . (navigation_expression (_) @call.receiver . (identifier) @call.name .)
  (value_arguments) @call.arguments) @call

(annotation
  (constructor_invocation (user_type) @annotation.name (value_arguments) @annotation.arguments)) @annotation
(annotation (user_type) @annotation.name) @annotation

(property_declaration (variable_declaration (identifier) @made.name) (call_expression) @made.value) @made
(property_declaration (variable_declaration (identifier) @typed.name (user_type) @typed.type)) @typed
(class_parameter (identifier) @typed.name (user_type) @typed.type) @typed
(parameter (identifier) @typed.name (user_type) @typed.type) @typed
