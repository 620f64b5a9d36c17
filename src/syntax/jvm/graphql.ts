import { annotationsOf, type Annotation } from '../extract/annotations';
import { literalText } from '../extract/textBuilder';
import { givenTexts, type JvmFile } from './file';

/** A field as an annotation says it; without a name it is the method's. */
interface Field {
  readonly type: string;
  readonly name: string | undefined;
}

/** Annotations that name one of the root types in their own names: Spring's, DGS' and MicroProfile's. */
const ROOT =
  /^(?:(Query|Mutation|Subscription)Mapping|Dgs(Query|Mutation|Subscription)|(Query|Mutation|Subscription))$/;

/**
 * Resolvers by annotation: `@QueryMapping`, `@SchemaMapping(typeName = "Book", field = "author")` and `@BatchMapping` of
 * Spring, `@DgsQuery` and `@DgsData` of DGS, `@Query` in a `@GraphQLApi` of MicroProfile (SmallRye, Quarkus).
 */
export function graphqlFields(file: JvmFile): void {
  if (!/Mapping\b|@Dgs|@GraphQLApi/.test(file.source.text)) return;
  for (const annotation of file.annotations) {
    const method = file.outline.draft(annotation.function)?.name;
    const field = annotation.function < 0 || method === undefined ? undefined : fieldOf(annotation, file);
    if (field === undefined || method === undefined) continue;
    const name = field.name ?? (isMicroProfile(annotation, file) ? withoutGet(method) : method);
    const handler = { kind: 'function' as const, function: annotation.function };
    file.facts.fields.push({ type: field.type, field: name, handler, range: annotation.site.range });
  }
}

function fieldOf(annotation: Annotation, file: JvmFile): Field | undefined {
  const { name, site } = annotation;
  const given = (...attributes: string[]): string | undefined => literalText(givenTexts(file, site, ...attributes)[0]);
  const [, spring, dgs, plain] = ROOT.exec(name) ?? [];
  const root = spring ?? dgs ?? plain;
  if (root !== undefined) {
    // JPA's `@Query` holds a statement.
    if (plain !== undefined && !isMicroProfile(annotation, file)) return undefined;
    return { type: root, name: given('name', 'value', 'field') };
  }
  if (name === 'DgsData') return { type: given('parentType') ?? '', name: given('field') };
  if (name !== 'SchemaMapping' && name !== 'BatchMapping') return undefined;
  return { type: given('typeName') ?? typeOfClass(annotation, file), name: given('field', 'value') };
}

/** `@SchemaMapping(typeName = "Book")` of the class; else the type follows from a parameter, which is not read. */
function typeOfClass({ site }: Annotation, file: JvmFile): string {
  const onType = annotationsOf(file.outline.typeScopeAt(site.start), file.annotations);
  const mapping = onType.find(({ name }) => name === 'SchemaMapping');
  return (mapping === undefined ? undefined : literalText(givenTexts(file, mapping.site, 'typeName')[0])) ?? '';
}

function isMicroProfile({ site }: Annotation, file: JvmFile): boolean {
  const onType = annotationsOf(file.outline.typeScopeAt(site.start), file.annotations);
  return onType.some(({ name }) => name === 'GraphQLApi');
}

/** MicroProfile names a field after a getter as beans do: `getAllFilms` is `allFilms`. */
function withoutGet(method: string): string {
  const property = /^(?:get|set|is)([A-Z]\w*)$/.exec(method)?.[1];
  return property === undefined ? method : property[0]!.toLowerCase() + property.slice(1);
}
