using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.TestSupport;

/// <summary>Observes received, sent and published data in a history, and collects violations.</summary>
internal sealed class Witness(Call call)
{
    private readonly List<string> _violations = [];
    private readonly List<ItemId> _announced = [];
    private readonly HashSet<ItemId> _added = [];
    private readonly HashSet<ResponseId> _done = [];
    private readonly HashSet<ItemId> _transcribed = [];
    private readonly Dictionary<ItemId, TurnRecord> _told = [];
    private readonly HashSet<int> _sentences = [];
    private readonly Dictionary<string, int> _attempts = [];
    private readonly HashSet<EventId> _requests = [];
    private decimal _transcription, _conversation, _asr;
    private int _connectionStart;

    public IReadOnlyList<string> Violations => _violations;

    public void Wrong(string what) => _violations.Add(what);

    public void NewConnection()
    {
        _connectionStart = _announced.Count;
        _added.Clear();
        _requests.Clear();
    }

    public void Received(ServerEvent e)
    {
        switch (e)
        {
            case InputCommitted c:
                Announce(c.ItemId);
                break;
            case ItemAdded { Item: { Id: { } id } }:
                Announce(id);
                _added.Add(id);
                break;
            case ItemDone { Item: { Id: { } id } }:
                Announce(id);
                _added.Add(id);
                break;
            case AsrCompleted a when _transcribed.Add(a.ItemId):
                _asr += Cost(Terms.AsrModel, a.Usage, Modality.Audio);
                break;
            case ResponseDone { Response: var r } when _done.Add(r.Id):
                var cost = Cost(Terms.Model, r.Usage, Modality.Text);
                if (r.Metadata is null) _conversation += cost;
                else _transcription += cost;
                break;
        }
    }

    public void Sent(ClientEvent e, bool atOnce)
    {
        if (e is not CreateResponse { Response: { Metadata: { } metadata } request, EventId: var id }) return;
        var item = ItemId.Of(metadata["item_id"]);
        if (_announced.IndexOf(item) < _connectionStart) Wrong($"{id} is sent about {item}, which this connection has not brought.");
        if (!_requests.Add(id!.Value)) Wrong($"{id} is sent twice on one connection.");
        if (request.Input is { } input)
        {
            if (input[^1].Id != item) Wrong($"{id} is about {item} and shows {input[^1].Id} last.");
            foreach (var shown in input.Where(i => !_added.Contains(i.Id!.Value)))
                Wrong($"{id} shows {shown.Id}, which is not in the conversation yet.");
        }
        else if (atOnce && _announced[^1] != item) Wrong($"{id} names no items, and {_announced[^1]} is newer than {item}.");
        // Attempts and retries, each of which may be repeated once because a newer turn overtook it.
        if ((_attempts[item.Value] = _attempts.GetValueOrDefault(item.Value) + 1) > 2 * (1 + Terms.OutOfBand.Retries))
            Wrong($"{item} is asked about {_attempts[item.Value]} times.");
    }

    public void Told(TurnRecord record)
    {
        var item = record.ItemId;
        if (record is TurnJoined)
        {
            if (_told.ContainsKey(item)) Wrong($"{item} is told twice.");
            if (record.Turn != _told.Count + 1)
                Wrong($"{item} is told as turn {record.Turn}, and it is the {_told.Count + 1}. that is told.");
            if (_told.Count > 0 && _announced.IndexOf(item) < _told.Keys.Max(_announced.IndexOf))
                Wrong($"{item} is told out of its order.");
            if (call.Sentence(item.Value) is { } sentence)
            {
                if (_sentences.Any(told => told > sentence)) Wrong($"{item}, sentence {sentence}, is told after a later one.");
                if (!_sentences.Add(sentence)) Wrong($"{item}, sentence {sentence}, is told a second time.");
            }
        }
        else if (!_told.TryGetValue(item, out var before)) Wrong($"{item} is amended before it is told.");
        else if (before.Oob.Status != ResultStatus.TimedOut && before.Asr.Status is not (ResultStatus.TimedOut or ResultStatus.Failed))
        Wrong($"{item} is amended although nothing had timed out.");
        _told[item] = record;

        Text(record.Oob.Status, record.Oob.Text, item, "the model");
        Text(record.Asr.Status, record.Asr.Text, item, "the ASR");
    }

    public void AtTheEnd(IMachine machine)
    {
        foreach (var item in _announced.Skip(_connectionStart).Where(item => !_told.ContainsKey(item))) Wrong($"{item} is never told.");
        foreach (var sentence in Enumerable.Range(1, call.Said).Where(sentence => !_sentences.Contains(sentence)))
            Wrong($"Sentence {sentence} is never told.");
        if (machine.OpenTurns > 0) Wrong($"{machine.OpenTurns} turns are open at the end of time.");
        var bill = machine.Bill;
        if (bill.Transcription != _transcription) Wrong($"Transcription costs {bill.Transcription} and is used for {_transcription}.");
        if (bill.Conversation != _conversation) Wrong($"The conversation costs {bill.Conversation} and is used for {_conversation}.");
        if (bill.Asr != _asr) Wrong($"The ASR costs {bill.Asr} and is used for {_asr}.");
    }

    private void Announce(ItemId item)
    {
        if (!_announced.Contains(item)) _announced.Add(item);
    }

    private void Text(ResultStatus status, string? text, ItemId item, string who)
    {
        var words = call.Words(item.Value);
        if (status == ResultStatus.Completed ? text != words : text is not null && !words.StartsWith(text, StringComparison.Ordinal))
            Wrong($"{who} is told to have heard '{text}' in {item}.");
    }

    private static decimal Cost(string model, RawJson? usage, Modality unclaimed) =>
        Terms.Prices.Cost(model, Usage.Read(usage, unclaimed)) ?? 0;
}
