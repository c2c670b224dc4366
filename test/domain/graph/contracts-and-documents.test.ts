import { suite } from "uvu";
import * as assert from "uvu/assert";
import { linkedKinds, linkTree, text } from "./link-tree.ts";

const test = suite("linked: contracts, scripts and documents");

test("protobuf: imports, scopes, and code that uses generated names", async () => {
  const linked = await linkTree({
    "proto/shop/v1/shop.proto": text(
      'syntax = "proto3";',
      "package shop.v1;",
      'import "shop/v1/types.proto";',
      "",
      "service ShopService {",
      "  rpc ListItems(ListItemsRequest) returns (ListItemsResponse);",
      "}",
      "message ListItemsRequest {",
      "  Page page = 1;",
      "  message Inner {",
      "    string x = 1;",
      "  }",
      "  Inner inner = 2;",
      "}",
      "message ListItemsResponse {",
      "  repeated shop.v1.Item items = 1;",
      "}",
    ),
    "proto/shop/v1/types.proto": text(
      'syntax = "proto3";',
      "package shop.v1;",
      "",
      "message Item {",
      "  string name = 1;",
      "}",
      "message Page {",
      "  int32 size = 1;",
      "}",
    ),
    "src/client.ts": text(
      'import { ShopServiceClient } from "../gen/shop/v1/shop_pb";',
      'import type { Item } from "../gen/shop/v1/types.ts";',
      "",
      "export function list(c: ShopServiceClient): Item[] {",
      "  return c.listItems();",
      "}",
    ),
    "app.py": text(
      "from gen.shop.v1 import shop_pb2_grpc, types_pb2",
      "",
      "def run(channel):",
      "    stub = shop_pb2_grpc.ShopServiceStub(channel)",
      "    stub.ListItems(types_pb2.Item())",
    ),
  });
  assert.equal(linked.lines(...linkedKinds), [
    "declares proto/shop/v1/shop.proto -> proto/shop/v1/shop.proto#shop.v1.ShopService",
    "declares proto/shop/v1/shop.proto -> shop.v1.ListItemsRequest",
    "declares proto/shop/v1/shop.proto -> shop.v1.ListItemsRequest.Inner",
    "declares proto/shop/v1/shop.proto -> shop.v1.ListItemsResponse",
    "declares proto/shop/v1/shop.proto -> shop.v1.ShopService.ListItems",
    "declares proto/shop/v1/types.proto -> shop.v1.Item",
    "declares proto/shop/v1/types.proto -> shop.v1.Page",
    "imports app.py -> package:pypi/gen?",
    "imports proto/shop/v1/shop.proto -> proto/shop/v1/types.proto",
    "references app.py#run -> proto/shop/v1/shop.proto#shop.v1.ShopService",
    "references app.py#run -> shop.v1.Item",
    "references app.py#run -> shop.v1.ShopService.ListItems?",
    "references shop.v1.ListItemsRequest -> shop.v1.ListItemsRequest.Inner",
    "references shop.v1.ListItemsRequest -> shop.v1.Page",
    "references shop.v1.ListItemsResponse -> shop.v1.Item",
    "references shop.v1.ShopService.ListItems -> shop.v1.ListItemsRequest",
    "references shop.v1.ShopService.ListItems -> shop.v1.ListItemsResponse",
    "references src/client.ts#list -> proto/shop/v1/shop.proto#shop.v1.ShopService",
    "references src/client.ts#list -> shop.v1.Item",
    "references src/client.ts#list -> shop.v1.ShopService.ListItems?",
  ]);
});

test("Bash: sourced files", async () => {
  const linked = await linkTree({
    "run.sh": text('. "$(dirname "$0")/lib/log.sh"', "", "main() {", "  log hi", "}", "main"),
    "lib/log.sh": text("log() {", '  echo "$1"', "}"),
  });
  assert.equal(linked.lines(...linkedKinds), [
    "calls run.sh -> run.sh#main",
    "calls run.sh#main -> lib/log.sh#log",
    "imports run.sh -> lib/log.sh",
  ]);
});

test("documents: inline code and links", async () => {
  const linked = await linkTree({
    "README.md": text(
      "# Shop",
      "",
      "Call `openShop()` or `Cart.fill`, see [cart](src/cart.ts#L3), [docs](docs/), `src/cart.ts`.",
      "",
      "## Usage",
      "",
      "`fill` it.",
    ),
    "src/cart.ts": text("export class Cart {", "  fill() {", "  }", "}", "export function openShop() {", "}"),
  });
  assert.equal(linked.lines(...linkedKinds), [
    "documents README.md#Shop -> src/cart.ts",
    "documents README.md#Shop -> src/cart.ts#Cart.fill",
    "documents README.md#Shop -> src/cart.ts#openShop?",
    "documents README.md#Shop > Usage -> src/cart.ts#Cart.fill?",
  ]);
});

test.run();
