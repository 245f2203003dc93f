import type { SnmpUser } from '@cordon/kit';
import snmp from 'net-snmp';

/** The user as the library takes it; as much of signing and encryption as there are secrets for. */
export function toUser({ name, auth, password, privacy, passphrase }: SnmpUser): snmp.User {
  const { SecurityLevel, AuthProtocols, PrivProtocols } = snmp;
  if (password === undefined) return { name, level: SecurityLevel.noAuthNoPriv };
  const signed = {
    name,
    authProtocol: AuthProtocols[auth],
    authKey: password,
  };
  return passphrase === undefined
    ? { ...signed, level: SecurityLevel.authNoPriv }
    : {
        ...signed,
        level: SecurityLevel.authPriv,
        privProtocol: PrivProtocols[privacy],
        privKey: passphrase,
      };
}
