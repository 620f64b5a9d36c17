import type { LanguageCheck } from '../rule';
import { dotnetProcess } from './dotnetProcess';
import { explainSetup } from './explain';
import { kafkaProduce } from './kafkaProduce';

/** .NET: `HttpClient` sends the context by itself; messages and queues need somebody who does. */
export const dotnetCheck: LanguageCheck = {
  language: 'dotnet',
  prefilter: /./,
  explain: (code) => explainSetup(dotnetProcess(code)),
  check: (code) => {
    const process = dotnetProcess(code);
    if (process.setup.tracing.length === 0) return [];
    return [...kafkaProduce(process)];
  },
};
