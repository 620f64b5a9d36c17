import type { Field, FieldExpression, Pipeline, Stage } from '../../traceql/language/ast';
import { otherNames } from '../../traceql/language/semconv';
import type { SpanDialect } from './spanSchema';

/** The parts of `_source` without which a query cannot be evaluated on the spans that come back. */
export function sourceFor(dialect: SpanDialect, pipeline: Pipeline, anySemconv: boolean): string[] {
  const parts = new Set(dialect.baseSource);
  const add = (more: readonly string[]): void => more.forEach((part) => parts.add(part));
  for (const field of fieldsOf(pipeline)) {
    const scope = scopeOf(field);
    if (scope === 'event') add(dialect.eventSource);
    else if (scope === 'link') add(dialect.linkSource);
    else if (scope === 'instrumentation') add(dialect.scopeSource);
    else if (field.node === 'attribute') {
      for (const name of [field.name, ...(anySemconv ? otherNames(field.name) : [])]) {
        add(dialect.attributeSource(name));
      }
    }
  }
  return [...parts];
}

/** Whether a query cannot be evaluated without the events of spans. */
export function readsEvents(pipeline: Pipeline): boolean {
  return fieldsOf(pipeline).some((field) => scopeOf(field) === 'event');
}

function scopeOf(field: Field): string | undefined {
  return field.node === 'attribute' ? field.scope : field.name.split(':')[0];
}

/** Every field that a pipeline reads. */
function fieldsOf(pipeline: Pipeline): Field[] {
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
