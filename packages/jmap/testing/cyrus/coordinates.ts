/** Where a running test Cyrus is found. Plain JSON, so that one process can start it and others attach. */
export interface CyrusCoordinates {
  /** The JMAP session resource. */
  sessionUrl: string;
  imapPort: number;
  /** Everything of this server lives under this folder. */
  dataDir: string;
}

/** The files and sockets below the data folder; both the starter and those who attach go by these names. */
export const cyrusPaths = (dataDir: string) => ({
  /** Process id of whoever started the server, so that what it left behind can be swept. */
  owner: `${dataDir}/owner`,
  imapdConf: `${dataDir}/imapd.conf`,
  cyrusConf: `${dataDir}/cyrus.conf`,
  log: `${dataDir}/master.log`,
  /** One file an account, named by its username in base64url, holding its password. */
  accounts: `${dataDir}/accounts`,
  /** One JSON file a message that the server sent out. */
  outgoing: `${dataDir}/outgoing`,
  passwordSocket: `${dataDir}/run/password`,
  lmtpSocket: `${dataDir}/run/lmtp`,
});
