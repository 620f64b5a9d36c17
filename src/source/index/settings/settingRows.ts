import { parse } from 'smol-toml';
import { dotEnvRows } from '../../../base/texts/dotEnv';
import { mapping, parseYaml, scalar, sequence } from '../../../base/texts/yamlValues';
import { basename } from '../../paths/fileLookup';
import { parseJsonWithComments } from '../../paths/jsonWithComments';

/** Something that a file sets for a process: a variable of its environment, or a value below a path of keys. */
export interface SettingRow {
  readonly kind: 'variable' | 'path';
  /** A variable's name as written; a path as {@link settingPath} spells it. */
  readonly name: string;
  readonly value: string;
}

/** Longer values are keys, certificates and texts for people. */
const MAX_VALUE = 200;

/** Values of one file that are kept. */
const MAX_ROWS = 2_000;

const VARIABLE = /^[A-Za-z]\w*$/;

const DOT_ENV = /^(\.env(\..+)?|.+\.env|\.env-.+|env\.(example|sample|template|dist))$/i;
const COMPOSE = /^(docker-)?compose.*\.ya?ml$/i;
const SERVERLESS = /^(serverless.*|template|sam|wrangler)\.(ya?ml|json|jsonc|toml)$/i;
const DEPLOYMENT =
  /(^|\/)(k8s|kubernetes|kube|deploy(ments?)?|manifests?|helm|charts?|infra|kustomize)(\/.*)?\/[^/]+\.ya?ml$/i;
const JSON_SETTINGS =
  /^(appsettings.*|local\.settings|launchSettings|config.*|settings.*|default|production|development)\.jsonc?$/i;
const OTHER_SETTINGS =
  /^(.*config.*|.*settings.*|default|production|development|local|dev|prod|app|values.*)\.(ya?ml|toml)$/i;
const SETTINGS_FOLDER = /(^|\/)(configs?|conf|configuration|settings|etc)\/[^/]+\.(ya?ml|toml|jsonc?)$/i;
const TOOLS =
  /^(ts|js)config|^(jest|babel|eslint|prettier|tslint|nyc|vite|webpack|rollup|tailwind|mkdocs|dependabot|golangci|codecov|renovate|pre-commit|buf|sqlc|angular|nx|turbo|lerna)|lock\.|(^|\/)\.github\//i;

/** Whether a file may set what programs read when they start. */
export function isSettingsFile(relative: string): boolean {
  const name = basename(relative);
  if (TOOLS.test(name) || TOOLS.test(relative)) return false;
  return (
    DOT_ENV.test(name) ||
    COMPOSE.test(name) ||
    SERVERLESS.test(name) ||
    JSON_SETTINGS.test(name) ||
    OTHER_SETTINGS.test(name) ||
    /^Dockerfile/.test(name) ||
    SETTINGS_FOLDER.test(relative) ||
    DEPLOYMENT.test(relative)
  );
}

/** A path of keys in comparable form: `Kafka:OrdersTopic`, `kafka.orders_topic` and `Kafka__OrdersTopic` are one. */
export function settingPath(written: string): string {
  return written
    .split(/[.:/]|__/)
    .filter((part) => part !== '')
    .map((part) => part.toLowerCase().replace(/[-_]/g, ''))
    .join('.');
}

/** What a settings file sets, in order; nothing for a text that cannot be read. */
export function settingRows(relative: string, text: string): SettingRow[] {
  const name = basename(relative);
  const rows = DOT_ENV.test(name)
    ? expanded(dotEnvRows(text).map((row) => variable(row.name, row.value)))
    : /^Dockerfile/.test(name)
      ? [...text.matchAll(/^\s*ENV\s+(\w+)[= ]\s*["']?([^"'\s\\]+)/gim)].map((match) => variable(match[1]!, match[2]!))
      : documents(name, text).flatMap((document) => rowsOf(document));
  const kept = rows.filter(({ value }) => value !== '' && value.length <= MAX_VALUE && !/\s|\$\{|\{\{/.test(value));
  return kept.slice(0, MAX_ROWS).flatMap(withPath);
}

function documents(name: string, text: string): unknown[] {
  if (/\.jsonc?$/i.test(name)) return [parseJsonWithComments(text)];
  if (!/\.toml$/i.test(name)) return parseYaml(COMPOSE.test(name) ? withDefaults(text) : text);
  try {
    return [parse(text)];
  } catch {
    // Half-typed, or no TOML: it sets nothing.
    return [];
  }
}

/** Compose's `${TOPIC:-orders}` as the default that it has. */
function withDefaults(text: string): string {
  return text.replace(/\$\{\w+:?-([^${}]*)\}/g, '$1');
}

/** `${OTHER}` in a `.env` file, as far as the file itself sets it. */
function expanded(rows: readonly SettingRow[]): SettingRow[] {
  const values = new Map(rows.map(({ name, value }) => [name, value]));
  return rows.map((row) => {
    const value = row.value.replace(/\$\{(\w+)\}/g, (whole, name: string) => values.get(name) ?? whole);
    return { ...row, value };
  });
}

function variable(name: string, value: string): SettingRow {
  return { kind: 'variable', name, value };
}

/** `Kafka__Topic` sets .NET's `Kafka:Topic`. */
function withPath(row: SettingRow): SettingRow[] {
  if (row.kind === 'path' || !row.name.includes('__')) return [row];
  return [row, { kind: 'path', name: settingPath(row.name), value: row.value }];
}

/** Every value of a document under its path, and the variables that lists and mappings of an environment set. */
function rowsOf(document: unknown): SettingRow[] {
  const rows: SettingRow[] = [];
  const pending: { readonly path: readonly string[]; readonly value: unknown }[] = [{ path: [], value: document }];
  for (let next = pending.shift(); next !== undefined && rows.length < MAX_ROWS; next = pending.shift()) {
    const { path, value } = next;
    const text = scalar(value);
    if (text !== undefined) rows.push(...scalarRows(path, text));
    for (const item of sequence(value)) {
      const pair = /^([A-Za-z]\w*)=(.*)$/.exec(scalar(item) ?? '');
      if (pair !== null) rows.push(variable(pair[1]!, pair[2]!));
      const named = mapping(item);
      const [name, set] = [scalar(named?.['name']), scalar(named?.['value'])];
      if (name !== undefined && set !== undefined && VARIABLE.test(name)) rows.push(variable(name, set));
      else if (named !== undefined) pending.push({ path, value: named });
    }
    for (const [key, inner] of Object.entries(mapping(value) ?? {}))
      pending.push({ path: [...path, key], value: inner });
  }
  return rows;
}

function scalarRows(path: readonly string[], value: string): SettingRow[] {
  const name = path.at(-1) ?? '';
  const row: SettingRow = { kind: 'path', name: settingPath(path.join('.')), value };
  // What is written in capitals is meant as a variable: `environment:`, `env:`, `data:` of a ConfigMap, `Variables:`.
  return /^[A-Z][A-Z0-9_]+$/.test(name) ? [variable(name, value), row] : [row];
}
