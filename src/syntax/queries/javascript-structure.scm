; Variables, members of objects, assignments and classes: what they are is told in javascript/shapes. What a pattern says of
; their values costs milliseconds to compile each time a language is loaded.

(variable_declarator name: (_) @declared.name value: (_) @declared.value) @declared
(assignment_expression left: (_) @assigned.name right: (_) @assigned.value) @assigned
(pair key: (_) @pair.name value: (_) @pair.value) @pair
[(class_declaration) (class)] @class

(import_statement source: (string) @import.from) @import
(export_statement source: (string) @import.from) @import

(decorator) @decorator

; what frameworks look for by name: export default …, export const GET = …, export { handler as GET } (exports.ts)
(export_statement value: (_) @export.value) @export
(export_statement "default" declaration: (_) @export.value) @export
(export_statement
  declaration: (lexical_declaration
    (variable_declarator name: (identifier) @export.name value: (_) @export.value))
  (#match? @export.name "^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|fallback|load|loader|action|middleware|proxy|getServerSideProps|getStaticProps|getStaticPaths|generateMetadata|clientLoader|actions)$")) @export
(export_statement
  declaration: (_ name: (identifier) @export.name) @export.value
  (#match? @export.name "^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|fallback|load|loader|action|middleware|proxy|getServerSideProps|getStaticProps|getStaticPaths|generateMetadata|clientLoader)$")) @export
(export_statement !source (export_clause) @export.clause) @export
(export_statement
  declaration: (lexical_declaration
    (variable_declarator name: (object_pattern (shorthand_property_identifier_pattern) @export.name)))
  (#match? @export.name "^(GET|HEAD|POST|PUT|PATCH|DELETE)$")) @export
