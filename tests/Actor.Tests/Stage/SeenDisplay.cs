using RealtimeAkka.Actors.Stations;

namespace RealtimeAkka.Actor.Tests.Stage;

/// <summary>Remembers what was shown.</summary>
internal sealed class SeenDisplay : ISessionDisplay
{
    public List<double> Levels { get; } = [];

    public List<MuteReasons> Mutes { get; } = [];

    public List<string> Words { get; } = [];

    public List<LedgerMessages.Totals> Costs { get; } = [];

    public string? Device { get; private set; }

    public void ShowLevel(double level) => Levels.Add(level);

    public void ShowMute(MuteReasons reasons) => Mutes.Add(reasons);

    public void ShowDevice(string name) => Device = name;

    public void ShowWords(ResponseId response, string words) => Words.Add($"{response}: {words}");

    public void ShowCosts(LedgerMessages.Totals totals) => Costs.Add(totals);
}
