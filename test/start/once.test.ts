import { runOnce } from './once';

describe('npm start -- --once', function () {
  this.timeout(600_000);

  it('shows the hints of every kind of evidence in the shop, and its traces', () =>
    runOnce({ readme: false, built: true }, (line) => console.log(`      ${line}`)));
});
