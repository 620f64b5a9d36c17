/** What is known of an expression's type before a span is seen; `attribute`: only the span knows. */
export type StaticType = 'attribute' | 'nil' | 'int' | 'float' | 'duration' | 'string' | 'boolean' | 'status' | 'kind';

export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '=~' | '!~';
export type LogicOperator = '&&' | '||';
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^';
export type FieldOperator = ComparisonOperator | LogicOperator | ArithmeticOperator;

/** Numbers of all three kinds can be mixed. */
export function isNumeric(type: StaticType): boolean {
  return type === 'int' || type === 'float' || type === 'duration';
}

/** Whether two operands can stand on the two sides of any operator. */
export function areComparable(left: StaticType, right: StaticType): boolean {
  return left === 'attribute' || right === 'attribute' || left === right || (isNumeric(left) && isNumeric(right));
}

/** Whether an operator takes operands of a type. */
export function takes(operator: FieldOperator, type: StaticType): boolean {
  if (type === 'attribute' || operator === '=' || operator === '!=') return true;
  if (type === 'boolean') return operator === '&&' || operator === '||';
  if (type === 'string') return /^([<>]=?|[=!]~)$/.test(operator);
  return isNumeric(type) && /^([<>]=?|[-+*/%^])$/.test(operator);
}

/** The type in words, with its article. */
export function typeWords(type: StaticType): string {
  const words: Readonly<Record<StaticType, string>> = {
    attribute: 'an attribute',
    nil: 'nil',
    int: 'an integer',
    float: 'a number',
    duration: 'a duration',
    string: 'a text',
    boolean: 'a condition',
    status: 'a status',
    kind: 'a span kind',
  };
  return words[type];
}
