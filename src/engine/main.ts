import { createConnection, IPCMessageReader, IPCMessageWriter, ProposedFeatures } from 'vscode-languageserver/node';
import { EngineSession } from './session';

/** The engine's process: speaks LSP over Node's IPC channel until the host goes. */
function main(): void {
  const connection = createConnection(
    ProposedFeatures.all,
    new IPCMessageReader(process),
    new IPCMessageWriter(process),
  );
  const session = new EngineSession(connection);
  // Without a host there is nobody to collect for, however it ended.
  process.on('disconnect', () => process.exit(0));
  process.on('unhandledRejection', (reason) => {
    process.stderr.write(`Unhandled: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}\n`);
  });
  session.listen();
  connection.listen();
}

main();
