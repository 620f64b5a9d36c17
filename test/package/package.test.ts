/** The product as it is published: packaged, installed in an empty VS Code, and used. Builds dist/ anew. */
import { packageExtension } from '../integration/support/builtExtension';
import { projectRoot } from '../support/cacheFolder';
import { suitePasses } from '../integration/support/suitePasses';

describe('the package', function () {
  this.timeout(420_000);

  it('shows hints, hovers and traces where it is installed, without the source tree', async () =>
    suitePasses({
      workspace: 'test/workspaces/orders',
      suitePath: 'test/integration/suites/hints.test.ts',
      vsix: await packageExtension(),
      env: { SPANLIGHT_NOT_FROM: projectRoot },
    }));
});
