using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Stations;

/// <summary>
/// Is shown what happens between the records. Each station calls it from its own thread, so it returns at once and never throws. A call
/// replaces the one before: one that is repeated after a failure changes nothing.
/// </summary>
public interface ISessionDisplay
{
    /// <summary>The loudness of a frame of the caller's audio as it is sent: root mean square, 0 to 1.</summary>
    void ShowLevel(double level);

    /// <summary>Why the microphone is muted from now on.</summary>
    void ShowMute(MuteReasons reasons);

    /// <summary>The name of the microphone that is used from now on.</summary>
    void ShowDevice(string name);

    /// <summary>The words of an answer so far. It may not be heard yet.</summary>
    void ShowWords(ResponseId response, string words);

    /// <summary>The costs so far.</summary>
    void ShowCosts(LedgerMessages.Totals totals);
}
