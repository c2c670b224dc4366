// For test/backends/redis: Debian's Redis. Its program is in redis-tools; the libraries are those that small systems
// lack.
import { fetchDebian } from "./debian-packages.mjs";

const packages = ["redis-server", "redis-tools", "liblzf1", "libjemalloc2", "libatomic1"];
fetchDebian("redis", packages, ["redis-server"]);
