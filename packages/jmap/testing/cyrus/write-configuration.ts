import { chown, mkdir, writeFile } from "node:fs/promises";
import { cyrusPaths } from "./coordinates.ts";
import { CYRUS_BIN } from "./why-no-cyrus.ts";

export interface ConfigurationOptions {
  dataDir: string;
  httpPort: number;
  imapPort: number;
  smtpPort: number;
  /** Owner of the data folder; the server runs as this user. */
  uid: number;
  gid: number;
  /** Whether mail is put into the search index, behind its arrival. */
  searchIndex: boolean;
}

const STATE_FOLDERS = ["proc", "lock", "socket", "log", "msg", "sync", "db", "user", "quota", "ptclient"];
const SPECIAL_FOLDERS = "Drafts | Sent | Archive | Junk | Trash";

/** Lays out the data folder and writes `imapd.conf` and `cyrus.conf` into it. */
export async function writeConfiguration(options: ConfigurationOptions): Promise<void> {
  const { dataDir, uid, gid } = options;
  const folders = ["run", "spool", "search", "sieve", "state", ...STATE_FOLDERS.map((name) => `state/${name}`)];
  for (const folder of [...folders, "accounts", "outgoing"]) {
    await mkdir(`${dataDir}/${folder}`, { recursive: true, mode: 0o750 });
    await chown(`${dataDir}/${folder}`, uid, gid);
  }
  await chown(dataDir, uid, gid);
  const paths = cyrusPaths(dataDir);
  const settings = Object.entries(imapdSettings(options)).map(([name, value]) => `${name}: ${value}\n`);
  await writeFile(paths.imapdConf, settings.join(""));
  await writeFile(paths.cyrusConf, services(options));
}

function imapdSettings({ dataDir, smtpPort, searchIndex }: ConfigurationOptions): Record<string, string | number> {
  const paths = cyrusPaths(dataDir);
  return {
    configdirectory: `${dataDir}/state`,
    proc_path: `${dataDir}/state/proc`,
    mboxname_lockpath: `${dataDir}/state/lock`,
    "partition-default": `${dataDir}/spool`,
    defaultpartition: "default",
    sievedir: `${dataDir}/sieve`,
    lmtpsocket: paths.lmtpSocket,
    idlesocket: `${dataDir}/run/idle`,
    notifysocket: `${dataDir}/run/notify`,
    // A port that was taken meanwhile ends the start, which then tries others.
    master_bind_errors_fatal: "yes",
    // Test data need not survive a power cut: no fsync of the databases.
    skiplist_unsafe: "yes",
    cyrus_user: "cyrus",
    admins: "cyrus",
    servername: "localhost",
    virtdomains: "userid",
    defaultdomain: "localhost",
    unixhierarchysep: "yes",
    altnamespace: "yes",
    // Passwords are checked by the starting process, over the protocol of saslauthd.
    allowplaintext: "yes",
    sasl_mech_list: "PLAIN LOGIN",
    sasl_pwcheck_method: "saslauthd",
    sasl_saslauthd_path: paths.passwordSocket,
    // The first login of an account makes its mailboxes.
    autocreate_quota: 0,
    autocreate_post: "yes",
    autocreate_inbox_folders: SPECIAL_FOLDERS,
    autocreate_subscribe_folders: SPECIAL_FOLDERS,
    "xlist-drafts": "Drafts",
    "xlist-sent": "Sent",
    "xlist-archive": "Archive",
    "xlist-junk": "Junk",
    "xlist-trash": "Trash",
    specialusealways: "yes",
    httpmodules: "jmap",
    httpallowcompress: "no",
    conversations: "yes",
    conversations_db: "twoskip",
    search_engine: "xapian",
    defaultsearchtier: "t1",
    "t1searchpartition-default": `${dataDir}/search`,
    search_batchsize: 512,
    sync_log: searchIndex ? "yes" : "no",
    sync_log_channels: "squatter",
    // A cached query would hide what another connection changed.
    jmap_querycache_max_age: "0m",
    jmap_preview_length: 256,
    jmap_max_objects_in_get: 4096,
    jmap_max_objects_in_set: 4096,
    jmap_max_calls_in_request: 50,
    jmap_nonstandard_extensions: "no",
    // Whatever is sent ends at the sink, never outside.
    smtp_backend: "host",
    smtp_host: `127.0.0.1:${smtpPort}/noauth`,
    sendmail: "/bin/false",
  };
}

function services({ dataDir, httpPort, imapPort, searchIndex }: ConfigurationOptions): string {
  const { imapdConf, lmtpSocket } = cyrusPaths(dataDir);
  const run = (program: string, flags = "") => `cmd="${CYRUS_BIN}/${program} -C ${imapdConf}${flags}"`;
  return `START {
  recover ${run("ctl_cyrusdb", " -r")}
  idled ${run("idled")}
}
SERVICES {
  http ${run("httpd", " -U 1000")} listen="127.0.0.1:${httpPort}" prefork=2 maxchild=40
  imap ${run("imapd", " -U 100")} listen="127.0.0.1:${imapPort}" prefork=1 maxchild=40
  lmtp ${run("lmtpd", " -a -U 1000")} listen="${lmtpSocket}" prefork=0 maxchild=10
}
EVENTS {
}
DAEMON {
  ${searchIndex ? `squatter ${run("squatter", " -R -d")}` : ""}
}
`;
}
