import type { Field, FieldExpression, Pipeline, Stage } from '../language/ast';

/** Whether a query cannot be evaluated without the events of spans. */
export function readsEvents(pipeline: Pipeline): boolean {
  return fieldsOf(pipeline).some((field) => scopeOf(field) === 'event');
}

/** The scope of a field: `span`, `event`; of an intrinsic, what stands before its colon. */
export function scopeOf(field: Field): string | undefined {
  return field.node === 'attribute' ? field.scope : field.name.split(':')[0];
}

/** Every field that a pipeline reads. */
export function fieldsOf(pipeline: Pipeline): Field[] {
  const fields: Field[] = [];
  const open: (Stage | FieldExpression)[] = [pipeline];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    switch (node.node) {
      case 'attribute':
      case 'intrinsic':
        fields.push(node);
        break;
      case 'pipeline':
        open.push(...node.stages);
        break;
      case 'filter':
        open.push(node.condition);
        break;
      case 'operation':
      case 'comparison':
      case 'arithmetic':
        open.push(node.left, node.right);
        break;
      case 'logic':
        open.push(...node.operands);
        break;
      case 'unary':
      case 'presence':
        open.push(node.operand);
        break;
      case 'by':
        open.push(node.expression);
        break;
      case 'aggregate':
        if (node.operand !== undefined) open.push(node.operand);
        break;
      case 'literal':
      case 'coalesce':
      case 'select':
        break;
    }
  }
  return fields;
}
