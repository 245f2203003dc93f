import { defineSource } from '@cordon/kit';
import { CaptureConfig } from './config.ts';
import { followCaptures } from './follow.ts';

/** Packet captures (pcap and pcapng): flows in both directions, DNS, HTTP and what TLS clients say first. */
export const capture = defineSource({
  id: 'capture',
  title: 'Packet captures',
  config: CaptureConfig,
  run: followCaptures,
});
