import type { FixEdit } from '../../../model/finding';
import type { SourceCode } from '../../code/sourceCode';
import { insertAt, newlineOf } from './edits';
import { importPackage } from './imports';

/** How a library's messages keep headers. */
export interface MessageShape {
  readonly path: string;
  readonly package: string;
  readonly message: string;
  /** Of a slice of structs with `Key` and `Value []byte`. */
  readonly header: string;
  /** Whether keys are `[]byte`; else they are `string`. */
  readonly hasByteKeys?: boolean;
  /** Of a map from names to values with a `DataType`: in which package values are, and whether the map has pointers. */
  readonly attributes?: { readonly types?: string; readonly pointers?: boolean };
}

const ATTRIBUTE = 'MessageAttributeValue';

const SHAPES: readonly (readonly [RegExp, Omit<MessageShape, 'path'>])[] = [
  [/^github\.com\/segmentio\/kafka-go$/, { package: 'kafka', message: 'Message', header: 'Header' }],
  [
    /^github\.com\/confluentinc\/confluent-kafka-go(\/v\d+)?\/kafka$/,
    { package: 'kafka', message: 'Message', header: 'Header' },
  ],
  [/^github\.com\/twmb\/franz-go\/pkg\/kgo$/, { package: 'kgo', message: 'Record', header: 'RecordHeader' }],
  [
    /^github\.com\/(IBM|Shopify)\/sarama$/,
    { package: 'sarama', message: 'ProducerMessage', header: 'RecordHeader', hasByteKeys: true },
  ],
  [
    /^github\.com\/aws\/aws-sdk-go-v2\/service\/sqs$/,
    { package: 'sqs', message: 'SendMessageInput', header: ATTRIBUTE, attributes: { types: 'types' } },
  ],
  [
    /^github\.com\/aws\/aws-sdk-go-v2\/service\/sns$/,
    { package: 'sns', message: 'PublishInput', header: ATTRIBUTE, attributes: { types: 'types' } },
  ],
  [
    /^github\.com\/aws\/aws-sdk-go\/service\/sqs$/,
    { package: 'sqs', message: 'SendMessageInput', header: ATTRIBUTE, attributes: { pointers: true } },
  ],
  [
    /^github\.com\/aws\/aws-sdk-go\/service\/sns$/,
    { package: 'sns', message: 'PublishInput', header: ATTRIBUTE, attributes: { pointers: true } },
  ],
];

/** The messages of the libraries that a file imports. */
export function shapesIn(source: SourceCode): MessageShape[] {
  return source.code.imports.flatMap(({ from, names }) =>
    SHAPES.filter(([pattern]) => pattern.test(from)).map(([, shape]) => ({
      ...shape,
      path: from,
      package: Object.keys(names)[0] ?? shape.package,
    })),
  );
}

/** A file's carrier for messages, and the edits that add it. */
export interface Carrier {
  readonly carrier: string;
  readonly edits: readonly FixEdit[];
}

/** The name of the file's carrier for messages, and the edit that adds it. */
export function carrierFor(source: SourceCode, shape: MessageShape): Carrier {
  const carrier = 'messageCarrier';
  const { text } = source.code;
  if (new RegExp(`\\btype ${carrier} `).test(text)) return { carrier, edits: [] };
  const n = newlineOf(source);
  const types =
    shape.attributes?.types === undefined
      ? undefined
      : importPackage(source, `${shape.path}/${shape.attributes.types}`, shape.attributes.types);
  const methods = shape.attributes
    ? attributeMethods(shape, `${types?.name ?? shape.package}.${shape.header}`)
    : headerMethods(shape);
  const lines = [
    '',
    `// ${carrier} carries the trace context in the ${shape.attributes ? 'attributes' : 'headers'} of a message.`,
    `type ${carrier} struct{ message *${shape.package}.${shape.message} }`,
    '',
    ...methods.map((line) => line.replace('func (c)', `func (c ${carrier})`)),
    '',
  ];
  const added = insertAt(source, text.length, (text.endsWith('\n') ? '' : n) + lines.join(n));
  return { carrier, edits: [...(types?.edits ?? []), added] };
}

function headerMethods(shape: MessageShape): string[] {
  const header = `${shape.package}.${shape.header}`;
  const [read, written] = shape.hasByteKeys ? ['string(header.Key)', '[]byte(key)'] : ['header.Key', 'key'];
  return [
    'func (c) Get(key string) string {',
    '\tfor _, header := range c.message.Headers {',
    `\t\tif ${read} == key {`,
    '\t\t\treturn string(header.Value)',
    '\t\t}',
    '\t}',
    '\treturn ""',
    '}',
    '',
    'func (c) Set(key, value string) {',
    `\tc.message.Headers = append(c.message.Headers, ${header}{Key: ${written}, Value: []byte(value)})`,
    '}',
    '',
    'func (c) Keys() []string {',
    '\tkeys := make([]string, 0, len(c.message.Headers))',
    '\tfor _, header := range c.message.Headers {',
    `\t\tkeys = append(keys, ${read})`,
    '\t}',
    '\treturn keys',
    '}',
  ];
}

/** A message may be made without the map. */
function attributeMethods({ attributes }: MessageShape, value: string): string[] {
  const [type, made, isThere] = attributes?.pointers
    ? [`*${value}`, `&${value}`, 'attribute != nil && ']
    : [value, value, ''];
  return [
    'func (c) Get(key string) string {',
    `\tif attribute, ok := c.message.MessageAttributes[key]; ok && ${isThere}attribute.StringValue != nil {`,
    '\t\treturn *attribute.StringValue',
    '\t}',
    '\treturn ""',
    '}',
    '',
    'func (c) Set(key, value string) {',
    '\tif c.message.MessageAttributes == nil {',
    `\t\tc.message.MessageAttributes = make(map[string]${type})`,
    '\t}',
    '\tdataType := "String"',
    `\tc.message.MessageAttributes[key] = ${made}{DataType: &dataType, StringValue: &value}`,
    '}',
    '',
    'func (c) Keys() []string {',
    '\tkeys := make([]string, 0, len(c.message.MessageAttributes))',
    '\tfor key := range c.message.MessageAttributes {',
    '\t\tkeys = append(keys, key)',
    '\t}',
    '\treturn keys',
    '}',
  ];
}
