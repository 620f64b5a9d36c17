import { placedSpans } from '../../../support/servers/data/otlpTraces';
import { xraySegment } from '../../../support/servers/data/xraySegments';
import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { XrayModel } from '../../../support/wire/xrayModel';
import { startXrayWire, XRAY_KEYS } from '../../../support/wire/xrayServer';
import { backendContract, type BackendContract } from './contract';
import { hintBound } from './hintBound';
import { backendSoak } from './soak';

let model: XrayModel;

const contract: BackendContract = {
  title: 'AWS X-Ray by its wire shapes',
  keeps: (span) => model.keeps(span),
  lists: () => model.services(),
  traceInLink: (id) => `1-${id.slice(0, 8)}-${id.slice(8)}`,
  empty: { kind: 'body', body: '{}' },
  async start(traces) {
    const documents = placedSpans(traces).map(xraySegment);
    model = new XrayModel(documents);
    // The gate of the contract changes the host, which is signed.
    const server = await startXrayWire({ documents, comparesSignatures: false });
    return {
      config: backendConfig({
        kind: 'xray',
        url: server.url,
        auth: 'aws',
        options: { region: 'us-east-1', credentials: 'ask' },
      }),
      secrets: new TestSecrets(`${XRAY_KEYS.accessKeyId}:${XRAY_KEYS.secretAccessKey}`),
      taken: traces,
      stop: () => server.close(),
    };
  },
};

backendContract(contract);
backendSoak({ ...contract, samplesGrow: true });
hintBound(contract);
