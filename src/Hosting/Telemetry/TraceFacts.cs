using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Hosting.Telemetry;

/// <summary>What is known of a session before it begins.</summary>
/// <param name="Session">Its id.</param>
/// <param name="Model">The Realtime model that is requested.</param>
/// <param name="AsrModel">The model of the built-in transcription; null: there is none.</param>
/// <param name="Provider">The service, by the names of the semantic conventions.</param>
/// <param name="Server">Its address.</param>
/// <param name="Source">Where the call comes from.</param>
/// <param name="Prices">What usage costs.</param>
public sealed record TraceFacts(
    string Session, string Model, string? AsrModel, string Provider, Uri Server, string Source, PriceList Prices)
{
    /// <summary>The functions that are configured; a model may call others, whose names are not reported.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>The format of the sound.</summary>
    public SoundFormat Format { get; init; } = SoundFormat.Pcm16;

    /// <summary>Words of the caller and of the assistant are part of the spans.</summary>
    public bool WithWords { get; init; }

    /// <summary>What is known of a session with these settings at this server.</summary>
    public static TraceFacts Of(SessionSettings session, Endpoint server, bool withWords) => new(
        session.Facts.Id.Value, session.Facts.Model, session.Facts.AsrModel, server.IsAzure ? "azure.ai.openai" : "openai", server.Url,
        session.Facts.Source?.ToString().ToLowerInvariant() ?? "other", session.Ledger.Prices)
    {
        Tools = [.. session.Tools.Tools.Select(tool => tool.Name)], WithWords = withWords, Format = session.Facts.Format,
    };
}
