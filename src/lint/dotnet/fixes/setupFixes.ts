import path from 'node:path';
import type { Fix, FixEdit } from '../../../model/finding';
import type { Dependency } from '../../project/processUnit';
import { insertAt } from '../../code/edits';
import type { Install } from '../coverage';
import type { DotnetCode, Site } from '../dotnetCode';
import { addUsings } from './usings';

/** `.AddSource("…")` behind an instrumentation of a set-up. */
export function listenTo(code: DotnetCode, setup: Site, activitySource: string, title: string): Fix | undefined {
  const edit = addBehind(code, setup, `.AddSource("${activitySource}")`);
  return edit && { title, edits: [edit] };
}

/**
 * `.AddCapInstrumentation()` behind another instrumentation of a set-up, with a reference to its package where the project
 * has none; undefined where there is no place for one of them.
 */
export function instrumentWith(code: DotnetCode, setup: Site, call: string, install: Install): Fix | undefined {
  const edit = addBehind(code, setup, `.${call}()`);
  const { dependencies } = code.code.unit;
  const packages = dependencies.has(install.package.toLowerCase()) ? [] : addPackage(dependencies, setup, install);
  const others = install.also === undefined ? [] : alsoCall(code, install);
  if (edit === undefined || packages === undefined || others === undefined) return undefined;
  const usings = install.using === undefined ? [] : addUsings(setup.source, [install.using]);
  return {
    title: packages.length > 0 ? `Install and add ${call}` : `Add ${call}`,
    edits: [...usings, edit, ...others, ...packages],
  };
}

/** What has to be called where the library is set up; undefined where that is not one place. */
function alsoCall(code: DotnetCode, { behind = '', also = '' }: Install): FixEdit[] | undefined {
  const [site, more] = code.named(behind);
  return site === undefined || more !== undefined ? undefined : [insertAt(site.source, site.call.end, also)];
}

function addBehind(code: DotnetCode, { source, function: fn, call }: Site, text: string): FixEdit | undefined {
  const inside = code
    .sitesWithin({ source, function: fn })
    .filter((site) => site.source === source && /^Add\w+Instrumentation$/.test(site.name))
    .find((site) => site.call.start > call.start && (site.call.end < call.end || site.function === fn));
  return inside && insertAt(source, inside.call.end, text);
}

/**
 * A `PackageReference` in the project of the set-up, before one that it has; its version where the versions of all projects
 * are, if the other's is there.
 */
function addPackage(
  dependencies: ReadonlyMap<string, Dependency>,
  { source }: Site,
  install: Install,
): FixEdit[] | undefined {
  const beside = besideIn(dependencies, path.dirname(source.path));
  const version = install.version ?? dependencies.get(install.versionOf ?? '')?.version;
  if (beside?.before === undefined || version === undefined) return undefined;
  const { at, before, central } = beside;
  const include = `Include="${install.package}"`;
  if (central === undefined && beside.range === '') return undefined;
  const reference = central
    ? `<PackageReference ${include} />`
    : `<PackageReference ${include} Version="${version}" />`;
  return [
    { file: at.file, range: before.range, newText: `${reference}\n${before.indent}` },
    ...(central
      ? [
          {
            file: central.file,
            range: central.range,
            newText: `<PackageVersion ${include} Version="${version}" />\n${central.indent}`,
          },
        ]
      : []),
  ];
}

/** A package of the project that a folder belongs to, OpenTelemetry's first. */
function besideIn(dependencies: ReadonlyMap<string, Dependency>, folder: string): Dependency | undefined {
  const all = [...dependencies.values()].filter(
    ({ at, before }) => before !== undefined && at.file.endsWith('.csproj'),
  );
  for (let at = folder; ; at = path.dirname(at)) {
    const own = all.filter(({ at: { file } }) => path.dirname(file) === at);
    const [first] = own;
    if (first) return own.find(({ name }) => name.startsWith('opentelemetry')) ?? first;
    if (at === path.dirname(at)) return undefined;
  }
}
