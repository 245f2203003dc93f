import { defineSource } from '@cordon/kit';
import { S3Config } from './config.ts';
import { pollBucket } from './poll.ts';

/** New objects of a bucket: lines, JSON lines and the `Records` of CloudTrail, plain or gzipped. */
export const s3 = defineSource({
  id: 's3',
  title: 'S3-compatible bucket',
  config: S3Config,
  run: pollBucket,
});
