import type { EngineNotifications, ReceiverStatus } from '../../protocol/engine';

/** Something the user is told once. */
export type Notice = EngineNotifications['spanlight/notice'];

/** Says that a port was taken and another one is used: services sending to the old one would not be seen here. */
export function movedPortNotices(status: ReceiverStatus): Notice[] {
  if (status.state !== 'listening') return [];
  const moved = [status.http, status.grpc].flatMap((end) => {
    if (end === undefined || end.wanted === 0 || end.port === end.wanted) return [];
    const by = end.takenBy === undefined ? '' : ` by ${end.takenBy}`;
    return [`Port ${end.wanted} is taken${by}. Spanlight listens on ${end.port} instead.`];
  });
  if (moved.length === 0) return [];
  return [
    {
      message: moved.join(' '),
      actions: [
        { label: 'Copy Exporter Environment', command: 'spanlight.copyExporterEnvironment' },
        { label: 'Open Settings', command: 'spanlight.openSettings' },
      ],
    },
  ];
}
