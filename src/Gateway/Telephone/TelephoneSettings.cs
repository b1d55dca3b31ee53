using RealtimeAkka.Protocol;

namespace RealtimeAkka.Gateway.Telephone;

/// <summary>Calls from telephone carriers.</summary>
/// <param name="Quiet">A carrier that sends no sound, or owes a mark, for so long is taken for gone.</param>
/// <param name="Ahead">The assistant's sound that is sent before it is played.</param>
/// <param name="Origin">The address by which carriers reach this server, such as <c>https://voice.example.com</c>; null: the one that
/// they ask for.</param>
public sealed record TelephoneSettings(TimeSpan Quiet, TimeSpan Ahead, Uri? Origin)
{
    /// <summary>
    /// The formats of lines in which their sessions are, so that nothing is decoded; the sound of others becomes PCM16.
    /// </summary>
    public IReadOnlyList<SoundFormat> PassThrough { get; init; } = [];

    /// <summary>The key of Twilio's signatures; null: requests are not signed, which only loopback may do.</summary>
    public TwilioSignature? Twilio { get; init; }
}
