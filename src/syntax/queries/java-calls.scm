; Calls, constructions and annotations; which of them mean something is decided by name in java/.

(method_invocation object: (_)? @call.receiver name: (identifier) @call.name arguments: (argument_list) @call.arguments) @call
(object_creation_expression
  type: [(type_identifier) (scoped_type_identifier) (generic_type)] @new.name
  arguments: (argument_list) @new.arguments) @new

(annotation name: (_) @annotation.name arguments: (annotation_argument_list) @annotation.arguments) @annotation
(marker_annotation name: (_) @annotation.name) @annotation

(variable_declarator
  name: (identifier) @made.name
  value: [(method_invocation) (object_creation_expression)] @made.value) @made
(assignment_expression
  left: [(identifier) (field_access)] @made.name
  right: [(method_invocation) (object_creation_expression)] @made.value) @made
(field_declaration type: (_) @typed.type declarator: (variable_declarator name: (identifier) @typed.name)) @typed
(local_variable_declaration type: (_) @typed.type declarator: (variable_declarator name: (identifier) @typed.name)) @typed
(formal_parameter type: (_) @typed.type name: (identifier) @typed.name) @typed
