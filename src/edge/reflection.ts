import { Status } from "nice-grpc";
import {
  type ServerReflectionRequest,
  type ServerReflectionResponse,
  ServerReflectionDefinition as V1,
} from "../../gen/grpc/reflection/v1/reflection.ts";
import { ServerReflectionDefinition as V1Alpha } from "../../gen/grpc/reflection/v1alpha/reflection.ts";
import type { ServiceBinding } from "../ports/mod.ts";
import type { Descriptors } from "./descriptors.ts";

type Answer = NonNullable<ServerReflectionResponse["messageResponse"]>;

/**
 * Server reflection, v1 and v1alpha: the same messages under two names. nice-grpc-server-reflection speaks v1 only,
 * and many installed grpcurl builds ask v1alpha first.
 */
export function reflectionServices(descriptors: Descriptors, services: readonly string[]): readonly ServiceBinding[] {
  const implementation = {
    async *serverReflectionInfo(requests: AsyncIterable<ServerReflectionRequest>) {
      // A file goes over a stream once, as the published server does it: imports repeat a lot.
      const sent = new Set<string>();
      for await (const request of requests) {
        yield {
          validHost: request.host,
          originalRequest: request,
          messageResponse: answer(request, descriptors, services, sent),
        };
      }
    },
  };
  return [
    { definition: V1, implementation },
    { definition: V1Alpha, implementation },
  ];
}

function answer(
  { messageRequest: asked }: ServerReflectionRequest,
  descriptors: Descriptors,
  services: readonly string[],
  sent: Set<string>,
): Answer {
  switch (asked?.$case) {
    case "fileByFilename":
      return file(asked.value, descriptors, sent);
    case "fileContainingSymbol":
      return file(descriptors.fileOfSymbol(asked.value), descriptors, sent);
    case "fileContainingExtension": {
      const { containingType, extensionNumber } = asked.value;
      return file(descriptors.fileOfExtension(containingType, extensionNumber), descriptors, sent);
    }
    case "allExtensionNumbersOfType": {
      const numbers = descriptors.extensionsOf(asked.value);
      if (numbers === undefined) return notFound("no such type in the contract");
      return {
        $case: "allExtensionNumbersResponse",
        value: { baseTypeName: asked.value, extensionNumber: numbers },
      };
    }
    case "listServices":
      return { $case: "listServicesResponse", value: { service: services.map((name) => ({ name })) } };
    default:
      return error(Status.INVALID_ARGUMENT, "ask for a file, a symbol, an extension or the list of services");
  }
}

function file(name: string | undefined, descriptors: Descriptors, sent: Set<string>): Answer {
  const closure = name === undefined ? undefined : descriptors.file(name);
  if (name === undefined || closure === undefined) return notFound("no such file or symbol in the contract");
  const unsent = [...closure].filter(([path]) => path === name || !sent.has(path));
  for (const [path] of unsent) sent.add(path);
  // The file that was asked for comes first: some clients read no further.
  unsent.reverse();
  return { $case: "fileDescriptorResponse", value: { fileDescriptorProto: unsent.map(([, bytes]) => bytes) } };
}

function notFound(message: string): Answer {
  return error(Status.NOT_FOUND, message);
}

function error(errorCode: number, errorMessage: string): Answer {
  return { $case: "errorResponse", value: { errorCode, errorMessage } };
}
