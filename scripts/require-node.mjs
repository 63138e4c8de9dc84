// Runs on any Node that knows modules, so nothing newer than those is used here.
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `The CRM needs Node 20.19 or later, and this is ${process.versions.node}; install a newer one from nodejs.org.\n`,
  );
  process.exit(1);
}
