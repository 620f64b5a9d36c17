import path from 'node:path';
import type { CodeFunction, CodeType, Field } from '../../syntax/code/code';
import type { Expression } from '../../syntax/code/expression';
import { bindingOf } from '../code/bindings';
import type { SourceCode } from '../code/sourceCode';
import { constantOf } from './constants';
import { lastName, plainType, type DotnetCode } from './dotnetCode';
import type { DotnetProcess } from './dotnetProcess';
import { assignedTo, scopeOfFields, valueOfField } from './fieldValues';
import { isListenedTo } from './setup';
import { typeOf } from './types';

const CLASS = 'ActivitySource';
/** What has the process listen to sources by other means than a name. */
const LISTENERS = ['AddActivityListener', 'ActivityListener'];

/** The activity sources that a process makes itself, and which of them somebody listens to. */
export class ActivitySources {
  private readonly heard: readonly string[] | undefined;
  private readonly made: readonly string[] | undefined;

  constructor(private readonly process: DotnetProcess) {
    this.heard = this.heardNames();
    this.made = this.madeNames();
  }

  /**
   * The name of the source that activities are started with by an expression, where nobody listens to it: they are null
   * then. Undefined where somebody does, or may.
   */
  unheard(source: SourceCode, fn: CodeFunction, expression: Expression): string | undefined {
    const { heard } = this;
    const names = this.namesOf(source, fn, expression);
    if (heard === undefined || names === undefined || names.length === 0) return undefined;
    return names.some((name) => isListenedTo({ sources: heard }, name) || mayBeCalled(heard, name))
      ? undefined
      : names[0];
  }

  /** All names that are listened to; undefined where one is not known, or something listens by other means. */
  private heardNames(): readonly string[] | undefined {
    const { code, setup } = this.process;
    if (setup.agents.length > 0 || setup.hasSetupElsewhere || LISTENERS.some((name) => code.named(name).length > 0))
      return undefined;
    const added = [...code.named('AddSource'), ...code.named('AddLegacySource')].flatMap(
      ({ source, function: fn, call }) => call.args.map(({ value }) => this.heardBy(source, fn, value)),
    );
    return added.every((names) => names !== undefined) ? added.flat() : undefined;
  }

  private heardBy(source: SourceCode, fn: CodeFunction, value: Expression): readonly string[] | undefined {
    const { code } = this.process;
    const written = constantOf(code, source, fn, value);
    if (written !== undefined) return [written];
    if (value.kind !== 'member') return undefined;
    // What a process is called is, where nothing says otherwise, the name of its project.
    if (value.name === 'ApplicationName' && lastName(value.object) === 'Environment')
      return [path.basename(code.code.unit.manifest.file).replace(/\.\w+proj$/, '')];
    return value.name === 'Name' ? this.namesOf(source, fn, value.object) : undefined;
  }

  /** The names of all sources that the process makes; undefined where one is not known. */
  private madeNames(): readonly string[] | undefined {
    const { code } = this.process;
    const types = code.program.sources.flatMap((source) => source.code.types);
    const isField = (call: Expression): boolean =>
      types.some(({ fields }) => fields.some(({ value }) => value === call));
    const written = code
      .named(CLASS)
      .filter(({ call }) => call.isNew === true && !isField(call))
      .map(({ source, function: fn, call }) =>
        nameIn(code, source, fn, call, code.typeAround({ source, function: fn })),
      );
    const fields = code.program.sources.flatMap((source) =>
      source.code.types.flatMap((type) =>
        type.fields
          .filter((field) => makesSource(field))
          .map((field) => nameIn(code, source, scopeOfFields(source, type), field.value!, type)),
      ),
    );
    const names = [...written, ...fields, ...this.namesGivenLater()];
    return names.every((name) => name !== undefined) ? [...new Set(names)] : undefined;
  }

  /** The names of what methods and constructors give fields of the type: `Source = new("Orders");`. */
  private namesGivenLater(): readonly (string | undefined)[] {
    const { code } = this.process;
    return code.program.sources.flatMap((source) =>
      source.code.types.flatMap((type) =>
        type.fields
          .filter((field) => field.value === undefined && plainType(field.type ?? '') === CLASS)
          .flatMap((field) => assignedTo(source, type, field))
          .filter(({ value }) => value.kind === 'call' && value.isNew === true && lastName(value.callee) === '')
          .map(({ value, function: fn }) => nameIn(code, source, fn, value, type)),
      ),
    );
  }

  /** What the source of an expression is called; any that the process makes, where it is given to whoever uses it. */
  private namesOf(source: SourceCode, fn: CodeFunction, expression: Expression): readonly string[] | undefined {
    const { code } = this.process;
    const found = this.declared(source, fn, expression);
    if (found?.value !== undefined) {
      const name = nameIn(code, found.source, found.function, found.value, found.owner);
      return name === undefined ? undefined : [name];
    }
    const type = found?.type ?? typeOf(code, source, fn, expression) ?? '';
    return plainType(type) === CLASS ? this.made : undefined;
  }

  /** The field or variable that an expression names. */
  private declared(source: SourceCode, fn: CodeFunction, expression: Expression): Declared | undefined {
    const { code } = this.process;
    if (expression.kind === 'name') {
      const binding = bindingOf(source, fn, expression.name);
      if (binding?.kind === 'parameter') return { source, function: fn, type: binding.parameter.type };
      if (binding?.kind === 'variable') {
        const [one, more] = binding.assigned;
        return more === undefined && one?.value?.kind === 'call' && one.value.isNew === true
          ? { source, function: binding.function, value: one.value, type: one.type }
          : undefined;
      }
      const type = code.typeAround({ source, function: fn });
      return this.ofField(code.fieldOf(type, expression.name), type?.name);
    }
    if (expression.kind !== 'member') return undefined;
    const [place, more] = code.program.typesNamed(lastName(expression.object));
    if (place === undefined || more !== undefined) return undefined;
    return this.ofField(
      place.type.fields.find(({ name }) => name === expression.name),
      place.type.name,
    );
  }

  private ofField(field: Field | undefined, typeName: string | undefined): Declared | undefined {
    if (field === undefined || typeName === undefined) return undefined;
    const owner = this.process.code.program.typesNamed(typeName).find(({ type }) => type.fields.includes(field));
    if (owner === undefined) return undefined;
    const { source, type } = owner;
    const given = valueOfField(source, type, field);
    return {
      source,
      function: given?.function ?? scopeOfFields(source, type),
      owner: type,
      type: field.type,
      ...given,
    };
  }
}

/** A project may give its assembly a longer name than its own: `Acme.Orders` for `Orders`. */
function mayBeCalled(heard: readonly string[], name: string): boolean {
  return heard.some((one) => one.toLowerCase().endsWith(`.${name.toLowerCase()}`));
}

interface Declared {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly type?: string | undefined;
  readonly value?: Expression;
  /** The type whose field it is. */
  readonly owner?: CodeType;
}

/** `ActivitySource Source = new("Orders");` */
function makesSource({ value }: Field): boolean {
  return value?.kind === 'call' && value.isNew === true && lastName(value.callee) === CLASS;
}

/** The name that a source is made with; in a field it may be another field of the type. */
function nameIn(
  code: DotnetCode,
  source: SourceCode,
  fn: CodeFunction,
  value: Expression,
  type?: CodeType,
): string | undefined {
  const given = value.kind === 'call' && value.isNew === true ? value.args[0]?.value : undefined;
  if (given === undefined) return undefined;
  return constantOf(code, source, fn, given, type);
}
