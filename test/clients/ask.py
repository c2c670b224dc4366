"""What an agent in Python does, with stubs generated from proto/: ask.py ADDRESS READER_TOKEN MAINTAINER_TOKEN

Prints one JSON object a line; the test that runs it compares them.
"""

import json
import sys

import grpc
from google.protobuf.json_format import MessageToDict
from knowledge.v1 import ingest_service_pb2, ingest_service_pb2_grpc
from knowledge.v1 import search_service_pb2, search_service_pb2_grpc

address, reader, maintainer = sys.argv[1:4]


def bearer(token):
    return [("authorization", f"Bearer {token}")]


def say(**facts):
    print(json.dumps(facts), flush=True)


with grpc.insecure_channel(address) as channel:
    search = search_service_pb2_grpc.SearchServiceStub(channel)
    ingest = ingest_service_pb2_grpc.IngestServiceStub(channel)

    # An ingest, followed to its end.
    started = ingest.StartIngest(
        ingest_service_pb2.StartIngestRequest(mode=ingest_service_pb2.INGEST_MODE_FULL),
        metadata=bearer(maintainer),
        timeout=10,
    )
    run = started.runs[0]
    events = 0
    for response in ingest.WatchIngest(
        ingest_service_pb2.WatchIngestRequest(run_id=run.run_id), metadata=bearer(maintainer)
    ):
        if response.HasField("progress"):
            events += 1
            run = response.progress.run
    say(step="ingest", events=events, state=ingest_service_pb2.IngestRunState.Name(run.state))

    # A question.
    request = search_service_pb2.SearchRequest(query="how high is the tide", page_size=3)
    reply, call = search.Search.with_call(request, metadata=bearer(reader), timeout=10)
    hit = reply.hits[0]
    headers = {key for key, _ in call.initial_metadata()}
    say(
        step="search",
        path=hit.artifact.path,
        start=hit.lines.start,
        end=hit.lines.end,
        request_id="x-request-id" in headers,
        revision=reply.revisions[0].generation == run.generation,
        fields=sorted(MessageToDict(hit).keys()),
    )

    # Errors, with their details.
    def refused(step, work):
        try:
            work()
        except grpc.RpcError as error:
            details = dict(error.trailing_metadata()).get("grpc-status-details-bin", b"")
            say(step=step, code=error.code().name, message=error.details(), details=b"ErrorInfo" in details)
        else:
            say(step=step, code="OK")

    refused("no token", lambda: search.Search(request, timeout=10))
    refused("reader ingests", lambda: ingest.StartIngest(
        ingest_service_pb2.StartIngestRequest(), metadata=bearer(reader), timeout=10))
    refused("empty query", lambda: search.Search(
        search_service_pb2.SearchRequest(), metadata=bearer(reader), timeout=10))
