using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Stations;

/// <summary>What the session record says about this session.</summary>
public sealed record SessionFacts(SessionId Id, string Url, string Model, string? AsrModel, string Runtime, string Input);
