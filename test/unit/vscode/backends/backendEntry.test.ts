import assert from 'node:assert/strict';
import type { BackendItem, BackendKindItem } from '../../../../src/protocol/backends';
import {
  completeUrl,
  indexOfItem,
  nameProblem,
  signInWords,
  suggestName,
  tidyEntry,
  urlProblem,
  withAddress,
  withOption,
} from '../../../../src/vscode/backends/backendEntry';

const EXAMPLE = 'http://localhost:16686';
const KIND: BackendKindItem = {
  kind: 'jaeger',
  label: 'Jaeger',
  exampleUrl: EXAMPLE,
  auth: ['none', 'bearer', 'basic', 'header'],
  authHeader: 'X-API-Key',
  options: { webUrl: 'The address of its pages.' },
};
const ITEM: BackendItem = {
  name: 'Jaeger at jaeger:16686',
  kind: 'jaeger',
  label: 'Jaeger',
  url: 'http://jaeger:16686',
};

describe('an entry for a backend', () => {
  it('has an address as people write it', () => {
    assert.equal(completeUrl(' localhost:16686 '), 'http://localhost:16686');
    assert.equal(completeUrl('jaeger:16686/ui'), 'http://jaeger:16686/ui');
    assert.equal(completeUrl('10.1.2.3'), 'http://10.1.2.3');
    assert.equal(completeUrl('tempo.example.com/tempo'), 'https://tempo.example.com/tempo');
    assert.equal(completeUrl('HTTPS://tempo.example.com'), 'HTTPS://tempo.example.com');
    assert.equal(completeUrl(''), '');
  });

  it('has the address, and Kibana, of an Elastic Cloud deployment from its cloud id', () => {
    const id = `prod:${Buffer.from('eu-west-1.aws.found.io$es0123$kb4567').toString('base64')}`;
    const url = 'https://es0123.eu-west-1.aws.found.io';
    const kibanaUrl = 'https://kb4567.eu-west-1.aws.found.io';
    assert.equal(urlProblem(id, EXAMPLE), undefined);
    assert.deepEqual(withAddress({ name: 'apm' }, id, { options: { kibanaUrl: 'Kibana.' } }), {
      ...{ name: 'apm', url },
      options: { kibanaUrl },
    });
    assert.deepEqual(withAddress({}, id, { options: {} }), { url });
    assert.equal(indexOfItem([{ kind: 'jaeger', url: id }], { ...ITEM, name: 'other', url }), 0);
  });

  it('is at Google’s address where a project is named, or a page of the console', () => {
    const url = 'https://cloudtrace.googleapis.com';
    const page = 'https://console.cloud.google.com/traces/explorer?project=shop-prod-42';
    for (const text of ['shop-prod-42', page]) {
      assert.equal(urlProblem(text, url), undefined);
      const entry = withAddress({ name: 'prod' }, text, { options: { project: 'Its id.' }, exampleUrl: url });
      assert.deepEqual(entry, { name: 'prod', url, options: { project: 'shop-prod-42' } });
    }
    assert.equal(withAddress({}, 'shop-prod-42', KIND).url, 'http://shop-prod-42');
    assert.match(urlProblem('', url)!, /or the id of a project/);
    assert.match(urlProblem('My Project', url)!, /is the name of a project.*or the id of a project/);
    assert.match(urlProblem('471108154711', url)!, /is the number of a project/);
    assert.match(urlProblem('https://console.cloud.google.com/traces/explorer', url)!, /names no project/);
  });

  it('is told what is wrong with an address', () => {
    assert.equal(urlProblem('localhost:16686', EXAMPLE), undefined);
    assert.equal(urlProblem('https://grafana.example.com/api/datasources/proxy/uid/abc', EXAMPLE), undefined);
    assert.equal(urlProblem('  ', EXAMPLE), `Write an address like ${EXAMPLE}.`);
    assert.match(urlProblem('http://a b', EXAMPLE)!, /^This is not an address/);
    assert.match(urlProblem('ftp:/x', EXAMPLE)!, /must begin with http/);
    assert.match(urlProblem('file:///etc/passwd', EXAMPLE)!, /must begin with http/);
    assert.match(urlProblem('http://me:secret@jaeger', EXAMPLE)!, /Leave name and password out/);
    assert.match(urlProblem('http://jaeger/search?service=a', EXAMPLE)!, /from “\?” on/);
    assert.match(urlProblem('http://jaeger/#x', EXAMPLE)!, /from “#” on/);
  });

  it('has a name of its own', () => {
    assert.equal(suggestName('Jaeger', 'http://localhost:16686', []), 'Jaeger');
    assert.equal(suggestName('Jaeger', 'http://localhost:16686', ['Jaeger', 'Jaeger 2']), 'Jaeger 3');
    assert.equal(suggestName('Tempo', 'https://tempo.example.com/x', []), 'Tempo at tempo.example.com');
    assert.equal(nameProblem('prod', ['staging']), undefined);
    assert.equal(nameProblem(' ', []), 'Give it a name.');
    assert.match(nameProblem('embedded', [])!, /stands for what this editor receives/);
    assert.match(nameProblem('prod ', ['prod'])!, /another backend called “prod”/);
  });

  it('is found again, also without a name, and among what is no entry', () => {
    const unnamed = { kind: 'Jaeger', url: 'http://jaeger:16686/ ' };
    assert.equal(indexOfItem([null, 'x', [], { name: 'other' }, unnamed], ITEM), 4);
    assert.equal(indexOfItem([unnamed, { name: ` ${ITEM.name}` }], ITEM), 1);
    assert.equal(indexOfItem([{ name: 'other', kind: 'jaeger', url: ITEM.url }], ITEM), -1);
  });

  it('is written without what is empty or as it is anyway, and keeps what is not known here', () => {
    const entry = { name: 'a', kind: 'jaeger', url: ITEM.url, auth: 'none', user: 'me', tenant: '', options: {} };
    assert.deepEqual(tidyEntry(entry, KIND), { name: 'a', kind: 'jaeger', url: ITEM.url });
    const header = { ...entry, auth: 'header', authHeader: 'X-API-Key', headers: { 'X-Team': 'shop' } };
    assert.deepEqual(tidyEntry(header, KIND), {
      ...{ name: 'a', kind: 'jaeger', url: ITEM.url, auth: 'header' },
      headers: { 'X-Team': 'shop' },
    });
    assert.deepEqual(tidyEntry({ auth: 'basic', user: 'me' }, KIND), { auth: 'basic', user: 'me' });
  });

  it('takes options and gives them back', () => {
    const set = withOption({ options: { deep: true } }, 'webUrl', 'http://ui');
    assert.deepEqual(set.options, { deep: true, webUrl: 'http://ui' });
    assert.deepEqual(withOption(set, 'webUrl', '').options, { deep: true });
    assert.deepEqual(withOption({}, 'deep', 'false').options, { deep: false });
  });

  it('says how it is signed in to', () => {
    assert.equal(signInWords({}, KIND), 'No sign-in');
    assert.equal(signInWords({ auth: 'basic', user: 'me' }, KIND), 'Name and password, as me');
    assert.equal(signInWords({ auth: 'header' }, KIND), 'Key in a header: X-API-Key');
  });
});
