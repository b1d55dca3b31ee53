namespace RealtimeAkka.Hosting.Telemetry;

/// <summary>
/// Names of attributes. Those of <c>gen_ai</c>, <c>error</c> and <c>server</c> are of the OpenTelemetry semantic conventions; ours are in
/// docs/telemetry.md.
/// </summary>
internal static class Names
{
    public const string Operation = "gen_ai.operation.name";
    public const string Provider = "gen_ai.provider.name";
    public const string Conversation = "gen_ai.conversation.id";
    public const string RequestModel = "gen_ai.request.model";
    public const string ResponseModel = "gen_ai.response.model";
    public const string ResponseId = "gen_ai.response.id";
    public const string FinishReasons = "gen_ai.response.finish_reasons";
    public const string TimeToFirstChunk = "gen_ai.response.time_to_first_chunk";
    public const string InputTokens = "gen_ai.usage.input_tokens";
    public const string OutputTokens = "gen_ai.usage.output_tokens";
    public const string CachedTokens = "gen_ai.usage.cache_read.input_tokens";
    public const string TokenType = "gen_ai.token.type";
    public const string OutputMessages = "gen_ai.output.messages";
    public const string ToolName = "gen_ai.tool.name";
    public const string ToolCallId = "gen_ai.tool.call.id";
    public const string ToolType = "gen_ai.tool.type";
    public const string ErrorType = "error.type";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";

    public const string Purpose = "realtime_akka.purpose";
    public const string CostUsd = "realtime_akka.cost_usd";
    public const string Source = "realtime_akka.source";
    public const string Turns = "realtime_akka.turns";
    public const string Reconnects = "realtime_akka.reconnects";
    public const string Exit = "realtime_akka.exit";
    public const string Connection = "realtime_akka.connection";
    public const string Turn = "realtime_akka.turn";
    public const string Item = "realtime_akka.item_id";
    public const string TurnSource = "realtime_akka.turn.source";
    public const string Verdict = "realtime_akka.verdict";
    public const string Flags = "realtime_akka.flags";
    public const string Attempt = "realtime_akka.attempt";
    public const string Status = "realtime_akka.status";
    public const string SaidMs = "realtime_akka.said_ms";
    public const string HeardMs = "realtime_akka.heard_ms";
    public const string Task = "realtime_akka.task";
    public const string Witness = "realtime_akka.witness";
    public const string Direction = "realtime_akka.direction";
    public const string Queue = "realtime_akka.queue";
    public const string Reason = "realtime_akka.reason";
    public const string Words = "realtime_akka.words";
}
