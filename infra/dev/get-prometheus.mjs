// For test/prometheus: Debian's Prometheus with its promtool.
import { fetchDebian } from "./debian-packages.mjs";

fetchDebian("prometheus", ["prometheus"], ["prometheus", "promtool"]);
