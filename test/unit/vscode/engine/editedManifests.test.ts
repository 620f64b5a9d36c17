import assert from 'node:assert/strict';
import { editedManifests } from '../../../../src/vscode/engine/editedManifests';

/** As VS Code reads such patterns, as far as they are used here. */
function expression(glob: string): RegExp {
  const source = glob
    .replace(/\*\*\//g, '\0')
    .replace(/[.]/g, '\\.')
    .replace(/\*/g, '[^/]*')
    .replace(/\{([^{}]*)\}/g, (_, names: string) => `(?:${names.replaceAll(',', '|')})`)
    .replaceAll('\0', '(?:.*/)?');
  return new RegExp(`^${source}$`);
}

describe('documents that the engine hears of unsaved', () => {
  const isHeard = (file: string): boolean => editedManifests.some((glob) => expression(glob).test(file));

  it('are those beside sources that say where code answers', () => {
    for (const file of ['proto/orders.proto', 'Pages/Edit.cshtml', 'config/routes.yaml', 'template.yml'])
      assert.ok(isHeard(file), file);
  });

  it('are those that set what running programs read', () => {
    for (const file of ['.env', 'api/.env.local', 'api/shop.env', 'src/main/resources/application.conf'])
      assert.ok(isHeard(file), file);
    for (const file of ['application.properties', 'api/appsettings.Development.json']) assert.ok(isHeard(file), file);
  });

  it('are no lock files', () => {
    for (const file of ['package-lock.json', 'go.sum', 'yarn.lock']) assert.ok(!isHeard(file), file);
  });
});
