; Classes, named object literals, imports and string constants; decorators where the grammars agree.

(class_declaration name: (_) @type.name) @type
(class name: (_) @type.name) @type
(variable_declarator name: (identifier) @type.name value: (class)) @type

(variable_declarator name: (identifier) @object.name value: (object) @object.value) @object
(variable_declarator
  name: (identifier) @object.name
  value: (call_expression arguments: (arguments . (object) @object.value .))) @object
(assignment_expression left: (member_expression) @object.name right: (object) @object.value) @object

(import_statement source: (string) @import.from) @import
(export_statement source: (string) @import.from) @import
(variable_declarator
  name: [(identifier) (object_pattern)] @require.names
  value: (call_expression
    function: (identifier) @_require
    arguments: (arguments . (string) @require.from .))
  (#eq? @_require "require")) @require
(variable_declarator
  name: (identifier) @require.names
  value: (member_expression
    object: (call_expression
      function: (identifier) @_require
      arguments: (arguments . (string) @require.from .))
    property: (property_identifier) @require.member)
  (#eq? @_require "require")) @require

(variable_declarator
  name: (identifier) @constant.name
  value: [(string) (template_string) (binary_expression)] @constant.value) @constant
(variable_declarator
  name: (identifier) @member.owner
  value: (object
    (pair
      key: [(property_identifier) (string)] @member.name
      value: [(string) (template_string) (binary_expression)] @member.value) @member))
(variable_declarator
  name: (identifier) @member.owner
  value: (call_expression
    function: (member_expression property: (property_identifier) @_freeze)
    arguments: (arguments
      . (object
        (pair
          key: [(property_identifier) (string)] @member.name
          value: [(string) (template_string)] @member.value) @member)))
  (#eq? @_freeze "freeze"))

(decorator) @decorator

; what frameworks look for by name: export default …, export const GET = …, export { handler as GET }
(export_statement value: (_) @export.value) @export
(export_statement "default" declaration: (_) @export.value) @export
(export_statement
  declaration: (lexical_declaration
    (variable_declarator name: (identifier) @export.name value: (_) @export.value))
  (#match? @export.name "^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|fallback|load|loader|action|middleware|proxy|getServerSideProps|getStaticProps|getStaticPaths|generateMetadata|clientLoader)$")) @export
(export_statement
  declaration: (_ name: (identifier) @export.name) @export.value
  (#match? @export.name "^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|fallback|load|loader|action|middleware|proxy|getServerSideProps|getStaticProps|getStaticPaths|generateMetadata|clientLoader)$")) @export
(export_statement
  !source
  (export_clause (export_specifier name: (_) @export.value alias: (_) @export.name))
  (#match? @export.name "^(default|GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|load|loader|action|middleware)$")) @export
(export_statement
  declaration: (lexical_declaration
    (variable_declarator name: (object_pattern (shorthand_property_identifier_pattern) @export.name)))
  (#match? @export.name "^(GET|HEAD|POST|PUT|PATCH|DELETE)$")) @export

; { Query: { user: … } } of a GraphQL resolver map
(pair
  key: [(property_identifier) (string)] @fields.type
  value: (object)
  (#match? @fields.type "^['\"]?(Query|Mutation|Subscription)['\"]?$")) @fields

; texts two and three levels deep: config.kafka.topics.orders
(variable_declarator
  name: (identifier) @member.owner
  value: (object
    (pair
      key: (property_identifier) @member.group
      value: (object
        (pair
          key: [(property_identifier) (string)] @member.name
          value: [(string) (template_string) (binary_expression)] @member.value) @member))))
(variable_declarator
  name: (identifier) @member.owner
  value: (object
    (pair
      key: (property_identifier) @member.outer
      value: (object
        (pair
          key: (property_identifier) @member.group
          value: (object
            (pair
              key: [(property_identifier) (string)] @member.name
              value: [(string) (template_string) (binary_expression)] @member.value) @member))))))

; { method, path, handler } in a list of routes
(pair key: (property_identifier) @_handler (#eq? @_handler "handler")) @routeObject

; const topic = process.env.TOPIC; this.topic = process.env['TOPIC']; { topic: process.env.TOPIC || 'orders' }
(variable_declarator
  name: (identifier) @setting.name
  value: [(member_expression object: (member_expression)) (subscript_expression object: (member_expression))] @setting.value) @setting
(assignment_expression
  left: (member_expression object: (this)) @setting.name
  right: [
    (member_expression object: (member_expression))
    (subscript_expression object: (member_expression))
    (binary_expression left: [(member_expression object: (member_expression)) (subscript_expression)])
  ] @setting.value) @setting

; { topic: process.env.TOPIC || 'orders' } wherever the object stands, const { TOPIC } = process.env
(pair
  key: (_) @settingPair.name
  value: [
    (member_expression object: (member_expression property: (property_identifier) @_env))
    (binary_expression left: (member_expression object: (member_expression property: (property_identifier) @_env)))
  ] @settingPair.value
  (#eq? @_env "env")) @settingPair
(pair
  key: (_) @settingPair.name
  value: (call_expression function: (identifier) @_read arguments: (arguments . (string))) @settingPair.value
  (#match? @_read "[eE]nv")) @settingPair
(variable_declarator
  name: (object_pattern (shorthand_property_identifier_pattern) @setting.taken)
  value: (member_expression property: (property_identifier) @_env)
  (#eq? @_env "env")) @setting
(variable_declarator
  name: (object_pattern (shorthand_property_identifier_pattern) @setting.taken)
  value: (call_expression function: (identifier) @setting.from)
  (#match? @setting.from "[cC]onfig|[sS]ettings|[eE]nv")) @setting
(pair
  key: (property_identifier) @settingPair.name
  value: (binary_expression left: (member_expression) right: (string)) @settingPair.value) @settingPair
