#pragma once

#include <leveldb/db.h>
#include <leveldb/write_batch.h>

#include <memory>
#include <optional>

#include "ledger/types/codec.h"
#include "node/store/store_error.h"

namespace hansatsu::store {

[[nodiscard]] inline leveldb::Slice slice(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline ByteView view(const leveldb::Slice& bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

/// One key range. On disk: Tag (1 byte), then the key's canonical form; big-endian, so that the
/// order of bytes is the order of numbers. Tags: DO NOT RENUMBER.
/// Threads: any, as LevelDB. The database must outlive it.
template <std::uint8_t Tag, class K, class V>
class Column {
 public:
  explicit Column(leveldb::DB& db) : db_{&db} { options_.verify_checksums = true; }

  /// Absence is an empty optional, not an error. Errors: io, corrupt.
  [[nodiscard]] Result<std::optional<V>, StoreError> get(const K& key) const {
    std::string bytes;
    const leveldb::Status status = db_->Get(options_, slice(encode_key(key)), &bytes);
    if (status.IsNotFound()) return std::optional<V>{};
    if (!status.ok()) return Err{store_error(status)};
    auto value = decode<V>(as_bytes(bytes));
    if (!value) return Err{StoreError::corrupt};
    return std::optional<V>{*std::move(value)};
  }

  void put(leveldb::WriteBatch& batch, const K& key, const V& value) const {
    batch.Put(slice(encode_key(key)), slice(encode(value)));
  }
  void erase(leveldb::WriteBatch& batch, const K& key) const {
    batch.Delete(slice(encode_key(key)));
  }

  /// Calls f(key, value) for the entries from `from` on, ascending, until f returns false.
  /// Errors: io, corrupt; what was handed out before an error was sound.
  template <class F>
  [[nodiscard]] Result<void, StoreError> ascend(const K& from, const F& f) const {
    const auto iterator = begin_walk();
    iterator->Seek(slice(encode_key(from)));
    while (at_entry(*iterator)) {
      const auto more = hand_out(*iterator, f);
      if (!more) return Err{more.error()};
      if (!*more) return {};
      iterator->Next();
    }
    return end_walk(*iterator);
  }
  /// The same downwards from the last entry before `before`.
  template <class F>
  [[nodiscard]] Result<void, StoreError> descend(const K& before, const F& f) const {
    const auto iterator = begin_walk();
    iterator->Seek(slice(encode_key(before)));
    if (iterator->Valid()) {
      iterator->Prev();
    } else if (iterator->status().ok()) {
      iterator->SeekToLast();
    }
    while (at_entry(*iterator)) {
      const auto more = hand_out(*iterator, f);
      if (!more) return Err{more.error()};
      if (!*more) return {};
      iterator->Prev();
    }
    return end_walk(*iterator);
  }

 private:
  [[nodiscard]] static Bytes encode_key(const K& key) {
    Encoder encoder;
    encoder(Tag, key);
    return encoder.take();
  }
  [[nodiscard]] std::unique_ptr<leveldb::Iterator> begin_walk() const {
    leveldb::ReadOptions options = options_;
    options.fill_cache = false;
    return std::unique_ptr<leveldb::Iterator>{db_->NewIterator(options)};
  }
  [[nodiscard]] static bool at_entry(const leveldb::Iterator& iterator) {
    return iterator.Valid() && !iterator.key().empty() && view(iterator.key())[0] == Tag;
  }
  [[nodiscard]] static Result<void, StoreError> end_walk(const leveldb::Iterator& iterator) {
    if (!iterator.status().ok()) return Err{store_error(iterator.status())};
    return {};
  }
  template <class F>
  [[nodiscard]] static Result<bool, StoreError> hand_out(const leveldb::Iterator& iterator,
                                                         const F& f) {
    const auto key = decode<K>(view(iterator.key()).subspan(1));
    auto value = decode<V>(view(iterator.value()));
    if (!key || !value) return Err{StoreError::corrupt};
    return f(*key, *std::move(value));
  }

  leveldb::DB* db_;
  leveldb::ReadOptions options_;
};

}  // namespace hansatsu::store
