import { describe, expect, it } from 'vitest';
import { readCloudAssets } from './cloud-assets.ts';

const EC2 = {
  Reservations: [
    {
      Instances: [
        {
          InstanceId: 'i-0abc',
          PrivateIpAddress: '10.1.0.5',
          PublicIpAddress: '203.0.113.20',
          PrivateDnsName: 'ip-10-1-0-5.ec2.internal',
          NetworkInterfaces: [
            { MacAddress: '0A:00:5e:00:53:01', PrivateIpAddress: '10.1.0.5' },
            { MacAddress: 'none', PrivateIpAddress: '10.1.0.6' },
          ],
          Tags: [
            { Key: 'Name', Value: 'orders' },
            { Key: 'Tier', Value: '0' },
            { Key: 'Owner', Value: 'dana' },
            { Key: 'data_class', Value: 'Restricted' },
          ],
        },
        { InstanceId: 'i-0def', Tags: 'broken' },
      ],
    },
  ],
};
const CONFIG = {
  configurationItems: [
    {
      resourceType: 'AWS::EC2::Instance',
      resourceId: 'i-1',
      configuration: '{"privateIpAddress":"10.1.0.9","tags":[{"key":"name","value":"queue"}]}',
    },
    { resourceType: 'AWS::S3::Bucket', resourceId: 'b' },
  ],
};
const AZURE = {
  data: [
    {
      id: '/subscriptions/x/vm1',
      name: 'vm1',
      type: 'Microsoft.Compute/virtualMachines',
      properties: { vmId: 'aaaa', osProfile: { computerName: 'VM1-HOST' } },
      tags: { criticality: '4' },
    },
    { type: 'microsoft.network/publicipaddresses', name: 'pip' },
  ],
};
const GOOGLE = [
  {
    assetType: 'compute.googleapis.com/Instance',
    resource: {
      data: {
        id: '42',
        name: 'front',
        networkInterfaces: [{ networkIP: '10.2.0.2', accessConfigs: [{ natIP: '203.0.113.30' }] }],
        labels: { owner: 'erin' },
      },
    },
  },
  { assetType: 'storage.googleapis.com/Bucket' },
];

const assetsOf = (text: string) => {
  const read = readCloudAssets(text, 'cloud.json');
  if (!read.ok) throw new Error(read.problem.detail);
  return read.value.assets;
};

describe('readCloudAssets', () => {
  it('reads the answer of describe-instances', () => {
    expect(assetsOf(JSON.stringify(EC2))).toEqual([
      {
        name: 'orders',
        uid: 'i-0abc',
        aliases: ['ip-10-1-0-5.ec2.internal'],
        ips: ['10.1.0.5', '203.0.113.20', '10.1.0.6'],
        macs: ['0a:00:5e:00:53:01'],
        owner: 'dana',
        criticality: 5,
        dataClass: 'restricted',
        isExposed: true,
        tags: [],
      },
      { name: 'i-0def', uid: 'i-0def', aliases: [], ips: [], macs: [], tags: [] },
    ]);
  });

  it.each([
    ['AWS Config', CONFIG, { name: 'queue', uid: 'i-1', ips: ['10.1.0.9'] }],
    ['Azure Resource Graph', AZURE, { name: 'VM1-HOST', aliases: ['vm1'], criticality: 4 }],
    ['Azure rows alone', AZURE.data, { name: 'VM1-HOST', uid: 'aaaa' }],
    ['Google assets', GOOGLE, { name: 'front', owner: 'erin', isExposed: true }],
  ])('reads %s', (_name, value, expected) => {
    const assets = assetsOf(JSON.stringify(value));
    expect(assets).toHaveLength(1);
    expect(assets[0]).toMatchObject(expected);
  });

  it('reads one asset a line', () => {
    expect(assetsOf(GOOGLE.map((one) => JSON.stringify(one)).join('\n'))).toHaveLength(1);
  });

  it.each([
    ['', 'It is not JSON'],
    ['{"Reservations":', 'It is not JSON'],
    ['[]', 'It is not an export'],
    ['{"data":[{"x":1}]}', 'It is not an export'],
    ['"text"', 'It is not an export'],
  ])('refuses %j', (text, detail) => {
    const read = readCloudAssets(text, 'cloud.json');
    expect(!read.ok && read.problem.detail.startsWith(detail)).toBe(true);
  });
});
