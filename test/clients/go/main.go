// What an agent in Go does, with stubs generated from proto/: ask ADDRESS READER_TOKEN MAINTAINER_TOKEN
//
// Prints one JSON object a line; the test that runs it compares them.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	knowledge "example.test/ask/gen/knowledge/v1"
)

// Retried by the channel itself, with pauses that grow: only UNAVAILABLE, which says that nothing was done.
const retries = `{"methodConfig": [{
  "name": [{"service": "knowledge.v1.SearchService"}, {"service": "knowledge.v1.GraphService"}],
  "retryPolicy": {"maxAttempts": 4, "initialBackoff": "0.2s", "maxBackoff": "5s", "backoffMultiplier": 2,
    "retryableStatusCodes": ["UNAVAILABLE"]}}]}`

func say(facts map[string]any) {
	line, err := json.Marshal(facts)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(line))
}

func with(token string, limit time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	if token == "" {
		return ctx, cancel
	}
	return metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token), cancel
}

func main() {
	address, reader, maintainer := os.Args[1], os.Args[2], os.Args[3]
	// One channel for the life of the program. Against a proxy with TLS: credentials.NewTLS(nil).
	channel, err := grpc.NewClient(address,
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDefaultServiceConfig(retries))
	if err != nil {
		log.Fatal(err)
	}
	defer channel.Close()
	search := knowledge.NewSearchServiceClient(channel)
	ingest := knowledge.NewIngestServiceClient(channel)

	run, events := follow(ingest, maintainer)
	say(map[string]any{"step": "ingest", "events": events, "state": run.State.String()})

	ctx, cancel := with(reader, 10*time.Second)
	defer cancel()
	var header metadata.MD
	reply, err := search.Search(ctx, &knowledge.SearchRequest{Query: "how high is the tide", PageSize: 3}, grpc.Header(&header))
	if err != nil {
		log.Fatal(err)
	}
	hit := reply.Hits[0]
	say(map[string]any{
		"step": "search", "path": hit.Artifact.Path, "start": hit.Lines.Start, "end": hit.Lines.End,
		"request_id": len(header.Get("x-request-id")) == 1, "revision": reply.Revisions[0].Generation == run.Generation,
	})

	// Errors, with their details.
	_, err = search.Search(context.Background(), &knowledge.SearchRequest{Query: "tide"})
	refused("no token", err)
	_, err = ingest.StartIngest(ctx, &knowledge.StartIngestRequest{})
	refused("reader's token", err)
	_, err = search.Search(ctx, &knowledge.SearchRequest{})
	refused("no query", err)
}

// An ingest, followed to its end.
func follow(ingest knowledge.IngestServiceClient, token string) (*knowledge.IngestRun, int) {
	ctx, cancel := with(token, time.Minute)
	defer cancel()
	started, err := ingest.StartIngest(ctx, &knowledge.StartIngestRequest{Mode: knowledge.IngestMode_INGEST_MODE_FULL})
	if err != nil {
		log.Fatal(err)
	}
	run, events := started.Runs[0], 0
	stream, err := ingest.WatchIngest(ctx, &knowledge.WatchIngestRequest{RunId: run.RunId})
	if err != nil {
		log.Fatal(err)
	}
	for {
		response, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return run, events
		}
		if err != nil {
			log.Fatal(err)
		}
		if progress := response.GetProgress(); progress != nil {
			run, events = progress.Run, events+1
		}
	}
}

func refused(step string, err error) {
	found := status.Convert(err)
	reason := ""
	for _, detail := range found.Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			reason = info.Reason
		}
	}
	say(map[string]any{"step": step, "code": found.Code().String(), "reason": reason})
}
