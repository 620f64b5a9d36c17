; Calls, constructions and attributes; which of them mean something is decided by name in php/.

(function_call_expression function: [(name) (qualified_name)] @call.name arguments: (arguments) @call.arguments) @call
(member_call_expression object: (_) @call.receiver name: (name) @call.name arguments: (arguments) @call.arguments) @call
(nullsafe_member_call_expression
  object: (_) @call.receiver name: (name) @call.name arguments: (arguments) @call.arguments) @call
(scoped_call_expression scope: (_) @call.receiver name: (name) @call.name arguments: (arguments) @call.arguments) @call

(object_creation_expression [(name) (qualified_name)] @new.name (arguments) @new.arguments) @new

(attribute [(name) (qualified_name)] @annotation.name parameters: (arguments)? @annotation.arguments) @annotation

(assignment_expression
  left: [(variable_name) (member_access_expression)] @made.name
  right: [(object_creation_expression) (member_call_expression) (scoped_call_expression) (function_call_expression)]
    @made.value) @made
(simple_parameter type: (_) @typed.type name: (variable_name) @typed.name) @typed
(property_promotion_parameter type: (_) @typed.type name: (variable_name) @typed.name) @typed
(property_declaration type: (_) @typed.type (property_element name: (variable_name) @typed.name)) @typed
