import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  commands,
  contextIds,
  isCommandId,
  settingProblem,
  settings,
  supportedLanguages,
  traceFileType,
  tracePanelType,
  walkthroughId,
  views,
  type SettingId,
} from '../../../src/vscode/contributions';

const ROOT = path.join(__dirname, '../../..');

interface SettingSchema {
  readonly default: unknown;
  readonly type: string;
  readonly scope: string;
  readonly markdownDescription: string;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
}

interface Manifest {
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly menus: Readonly<Record<string, readonly { command?: string; submenu?: string; when?: string }[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
    readonly customEditors: readonly { readonly viewType: string; readonly priority: string }[];
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string; readonly when: string }[];
    readonly walkthroughs: readonly {
      readonly id: string;
      readonly steps: readonly {
        readonly id: string;
        readonly title: string;
        readonly description: string;
        readonly media: { readonly markdown?: string; readonly svg?: string; readonly altText?: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string; readonly icon: string }[] };
    readonly configuration: readonly { readonly properties: Readonly<Record<string, SettingSchema>> }[];
  };
}

function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(path.join(ROOT, name), 'utf8')) as T;
}

describe('contributions', () => {
  const manifestText = readFileSync(path.join(ROOT, 'package.json'), 'utf8');
  const manifest = JSON.parse(manifestText) as Manifest;
  const words = readJson<Record<string, string>>('package.nls.json');
  const { contributes } = manifest;
  const resolve = (text: string): string =>
    text.replace(/^%(.+)%$/, (_, key: string) => words[key] ?? `missing ${key}`);
  const schemas = Object.assign({}, ...contributes.configuration.map((section) => section.properties)) as Readonly<
    Record<string, SettingSchema>
  >;

  it('takes no value that a setting cannot hold, and says which', () => {
    for (const [id, { type, default: fallback }] of Object.entries(schemas)) {
      assert.equal(settingProblem(id as SettingId, fallback), undefined, id);
      assert.ok(settingProblem(id as SettingId, null), id);
      if (type === 'integer') assert.ok(settingProblem(id as SettingId, 20.5), id);
    }
    assert.equal(
      settingProblem('spanlight.receiver.httpPort', 70000),
      'The setting spanlight.receiver.httpPort cannot be 70000; its default, 4318, is used.',
    );
  });

  it('lists the same commands with the same titles in the manifest and in the table', () => {
    const inManifest = contributes.commands.map(({ command, title }) => `${command}: ${resolve(title)}`);
    const inTable = Object.entries(commands).map(([id, { title }]) => `${id}: ${title}`);
    assert.deepEqual([...inManifest].sort(), [...inTable].sort());
    assert.deepEqual([...new Set(contributes.commands.map(({ category }) => category))], ['Spanlight']);
  });

  it('hides in the palette what needs an argument, and nothing else', () => {
    const hidden = (contributes.menus['commandPalette'] ?? []).filter(({ when }) => when === 'false');
    const internal = Object.entries(commands).filter(([, { palette }]) => !palette);
    assert.deepEqual(hidden.map(({ command }) => command).sort(), internal.map(([id]) => id).sort());
    const needEditor = Object.entries(commands).filter(([, { needsEditor }]) => needsEditor);
    const limited = (contributes.menus['commandPalette'] ?? []).filter(({ when }) => when !== 'false');
    assert.deepEqual(limited.map(({ command }) => command).sort(), needEditor.map(([id]) => id).sort());
  });

  it('uses only its own commands in menus and welcome texts', () => {
    const inMenus = Object.values(contributes.menus)
      .flat()
      .flatMap(({ command }) => command ?? []);
    const inWelcome = contributes.viewsWelcome.flatMap(({ contents }) =>
      [...resolve(contents).matchAll(/command:([\w.]+)/g)].map((match) => match[1]!),
    );
    const foreign = [...inMenus, ...inWelcome].filter((id) => !isCommandId(id) && !id.startsWith('vscode.'));
    assert.deepEqual(foreign, []);
    assert.ok(inWelcome.length > 3);
  });

  it('lists the same settings with the same defaults in the manifest and in the table', () => {
    assert.deepEqual(Object.keys(schemas).sort(), Object.keys(settings).sort());
    for (const [id, schema] of Object.entries(schemas)) {
      assert.deepEqual(schema.default, settings[id as SettingId].default, id);
      assert.ok(settings[id as SettingId].accepts(schema.default), `${id} does not accept its own default`);
      assert.equal(schema.scope, 'window', id);
      assert.match(resolve(schema.markdownDescription), /\.$/, `${id} has no description`);
      assert.equal(schema.enumDescriptions?.length, schema.enum?.length, id);
      for (const value of schema.enum ?? []) assert.ok(settings[id as SettingId].accepts(value), `${id}: ${value}`);
    }
  });

  it('refuses values of other types and out of range', () => {
    assert.equal(settings['spanlight.hints.style'].accepts('lens'), false);
    assert.equal(settings['spanlight.hints.percentiles'].accepts([50, '95']), false);
    assert.equal(settings['spanlight.receiver.httpPort'].accepts(70_000), false);
    assert.equal(settings['spanlight.source.services'].accepts({ orders: 1 }), false);
    const byKind = settings['spanlight.hints.byKind'];
    assert.equal(byKind.accepts({ client: { warningMs: 200, errorErrorPercent: 50 } }), true);
    for (const wrong of [
      [],
      { clients: {} },
      { client: 200 },
      { client: { warnMs: 1 } },
      { client: { errorMs: -1 } },
    ]) {
      assert.equal(byKind.accepts(wrong), false, JSON.stringify(wrong));
    }
    assert.equal(settings['spanlight.source.services'].accepts([]), false);
    assert.equal(settings['spanlight.source.paths'].accepts([{ from: '', to: 'x' }]), false);
    assert.equal(settings['spanlight.source.paths'].accepts([{ from: '/app', to: '' }]), true);
    for (const name of ['spanlight.source.paths', 'spanlight.source.pathRules'] as const)
      assert.equal(settings[name].restricted, true, 'a folder that is not trusted chooses no paths');
    assert.equal(settings['spanlight.store.maxMegabytes'].accepts(Number.NaN), false);
  });

  it('restricts in untrusted workspaces what the table says', () => {
    const restricted = Object.entries(settings).filter(([, setting]) => setting.restricted);
    assert.deepEqual(
      [...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].sort(),
      restricted.map(([id]) => id).sort(),
    );
  });

  it('has the views of the table, and their icons', () => {
    assert.deepEqual(Object.keys(contributes.views), [views.container]);
    assert.deepEqual(
      contributes.views[views.container]!.map(({ id }) => id),
      [views.services, views.traces, views.mapping],
    );
    assert.deepEqual(
      contributes.customEditors.map(({ viewType, priority }) => [viewType, priority]),
      [[traceFileType, 'option']],
    );
    assert.deepEqual([...new Set(contributes.viewsWelcome.map(({ view }) => view))].sort(), [
      views.mapping,
      views.services,
    ]);
    const icons = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...contributes.views[views.container]!.map(({ icon }) => icon),
    ];
    assert.deepEqual(
      icons.filter((icon) => !existsSync(path.join(ROOT, icon))),
      [],
    );
  });

  it('wakes after start-up, and for a trace that was open before a reload', () => {
    assert.deepEqual(manifest.activationEvents, ['onStartupFinished', `onWebviewPanel:${tracePanelType}`]);
  });

  it('names only known context keys in when clauses', () => {
    const clauses = [...manifestText.matchAll(/"when": "([^"]*)"/g)].map((match) => match[1]!);
    const named = clauses.flatMap((clause) => [...clause.matchAll(/(?<!== )\bspanlight\.[\w.]+/g)].map((m) => m[0]));
    assert.deepEqual(
      [...new Set(named)].filter((key) => !Object.hasOwn(contextIds, key)),
      [],
    );
    const steps = [...manifestText.matchAll(/"onContext:(spanlight\.\w+)"/g)].map((match) => match[1]!);
    assert.deepEqual([...new Set([...named, ...steps])].sort(), Object.keys(contextIds).sort());
  });

  it('leads to the first hint in steps that know when they are done', () => {
    const [walkthrough] = contributes.walkthroughs;
    assert.equal(walkthrough?.id, walkthroughId);
    assert.ok(walkthrough.steps.length > 2);
    for (const { id, title, description, media, completionEvents } of walkthrough.steps) {
      assert.ok(resolve(title).length > 5, id);
      const commandsInText = [...resolve(description).matchAll(/command:([\w.]+)/g)].map((match) => match[1]!);
      assert.ok(commandsInText.length > 0 && commandsInText.every(isCommandId), id);
      assert.ok(existsSync(path.join(ROOT, media.markdown ?? media.svg ?? '')), id);
      if (media.svg !== undefined) assert.ok(resolve(media.altText ?? '').length > 20, id);
      const known = (event: string): boolean => {
        const [kind, name = ''] = event.split(':');
        return kind === 'onCommand' ? isCommandId(name) : kind === 'onContext' && Object.hasOwn(contextIds, name);
      };
      assert.ok(completionEvents.length > 0 && completionEvents.every(known), id);
    }
  });

  it('offers the editor menu in the languages that carry hints', () => {
    const [entry] = contributes.menus['editor/context'] ?? [];
    const listed = /\^\((.*)\)\$/.exec(entry?.when ?? '')?.[1]?.split('|');
    assert.deepEqual(listed, [...supportedLanguages]);
  });

  it('has every text that the manifest names, and no other', () => {
    const named = [...manifestText.matchAll(/"%([\w.]+)%"/g)].map((match) => match[1]!);
    assert.deepEqual([...new Set(named)].sort(), Object.keys(words).sort());
  });

  it('keeps the settings table of the README in step, where there is one', function () {
    const rows = [
      ...readFileSync(path.join(ROOT, 'README.md'), 'utf8').matchAll(/^\| `(spanlight\.[\w.]+)` \|(.*)\|$/gm),
    ];
    if (rows.length === 0) {
      console.log('      README.md has no settings table yet');
      this.skip();
    }
    assert.deepEqual(rows.map((row) => row[1]!).sort(), Object.keys(settings).sort());
  });
});
