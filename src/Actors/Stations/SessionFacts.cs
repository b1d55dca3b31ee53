using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Stations;

/// <summary>What the session record says about this session.</summary>
public sealed record SessionFacts(SessionId Id, string Url, string Model, string? AsrModel, string Runtime, string Input)
{
    /// <summary>Where the call comes from; null: not known.</summary>
    public CallSource? Source { get; init; }

    /// <summary>How its sound is coded.</summary>
    public SoundFormat Format { get; init; } = SoundFormat.Pcm16;

    /// <summary>The caller's address; null: not recorded.</summary>
    public string? RemoteAddress { get; init; }

    /// <summary>What a telephone carrier says about the call; null: it is none of a telephone.</summary>
    public TelephoneFacts? Telephone { get; init; }

    /// <summary>Whose call it is; null: nobody's in particular.</summary>
    public TenantId? Tenant { get; init; }

    /// <summary>
    /// The session record; <paramref name="context"/>: what out-of-band requests see; <paramref name="serverModel"/>: the model as the
    /// server names it.
    /// </summary>
    public SessionStarted Started(string context, DateTimeOffset now, string? serverModel = null) =>
        new(Id.Value, Url, Model, AsrModel, context, Runtime, Input, now, serverModel, Source, RemoteAddress, Telephone, Tenant?.Value);
}
