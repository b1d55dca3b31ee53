namespace RealtimeAkka.Simulator.Carrier;

/// <summary>A telephone call as a carrier places it to <c>serve</c>.</summary>
public sealed record CarrierOptions
{
    /// <summary>The address of <c>serve</c>.</summary>
    public required Uri Server { get; init; }

    /// <summary>The auth token that signs the requests; null: they are not signed.</summary>
    public string? AuthToken { get; init; }

    /// <summary>The caller's number.</summary>
    public string From { get; init; } = "+15550100";

    /// <summary>The number that is called.</summary>
    public string To { get; init; } = "+15550199";

    /// <summary>Parameters besides those of the answer to the call.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>What the network does to the caller's frames.</summary>
    public Impairment Network { get; init; } = Impairment.None;

    /// <summary>The stream has what the carrier plays as well, as frames of the other track.</summary>
    public bool BothTracks { get; init; }

    /// <summary>The sound is played by <see cref="CarrierCall.PlayAsync"/> only, and not by the time.</summary>
    public bool PlaysByHand { get; init; }

    /// <summary>A signature to send instead of the right one; null: the right one.</summary>
    public string? Signature { get; init; }
}

/// <summary>
/// What a network does to the frames of a call. A frame is late by up to <c>Jitter</c>, so that some overtake others; of 1000 frames
/// <c>Lost</c> do not come and <c>Repeated</c> come twice; every <c>BurstEvery</c>-th holds all up for <c>Burst</c>. The same for the same
/// <c>Seed</c>.
/// </summary>
public sealed record Impairment(TimeSpan Jitter, int Lost, int Repeated, int BurstEvery, TimeSpan Burst, int Seed = 1)
{
    /// <summary>A perfect network.</summary>
    public static Impairment None { get; } = new(TimeSpan.Zero, 0, 0, 0, TimeSpan.Zero);

    /// <summary>When the frames of this number arrive that was sent at this time: no time if it is lost, two if it comes twice.</summary>
    public IEnumerable<TimeSpan> Arrivals(long frame, TimeSpan sent)
    {
        if (this == None)
        {
            yield return sent;
            yield break;
        }
        var random = new Random(HashCode.Combine(Seed, frame));
        if (random.Next(1000) < Lost) yield break;
        var held = BurstEvery > 0 && frame >= BurstEvery
            ? Burst - CarrierCall.FrameTime * (frame % BurstEvery) : TimeSpan.Zero;
        var late = Jitter * random.NextDouble();
        var arrival = sent + (held > late ? held : late);
        yield return arrival;
        if (random.Next(1000) < Repeated) yield return arrival + CarrierCall.FrameTime;
    }
}
